import { createHash, createHmac } from 'node:crypto';

/**
 * Lets its holder change or withdraw a signup. An HMAC of the id, so that the repeat of a request can be given it again
 * although only its hash is stored; changing the secret makes the tokens given so far worthless.
 */
export function manageToken(secret: string, userId: string): string {
  return createHmac('sha256', secret).update(`manage:${userId}`).digest('base64url');
}

export function hashOf(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}
