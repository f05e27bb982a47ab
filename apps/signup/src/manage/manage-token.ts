import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Lets its holder change or withdraw a signup. An HMAC of the id: it is stored nowhere, the repeat of a request can be given it again, and it
 * can be checked when nothing is left of the person. Changing the secret makes the tokens given so far worthless.
 */
export function manageToken(secret: string, userId: string): string {
  return createHmac('sha256', secret).update(`manage:${userId}`).digest('base64url');
}

/** Takes the same time however much of `token` is right. */
export function isManageToken(token: string, secret: string, userId: string): boolean {
  return timingSafeEqual(digest(token), digest(manageToken(secret, userId)));
}

/** Of one length, whatever the length of the text: a comparison in constant time needs that. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
