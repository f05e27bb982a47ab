import { Problem } from '../errors.ts';

/**
 * The client's name for one attempt to sign up: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * @throws Problem IDEMPOTENCY_KEY_INVALID
 */
export function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || /^[\x21-\x7e]{1,255}$/.test(header)) return header;
  throw new Problem('IDEMPOTENCY_KEY_INVALID');
}
