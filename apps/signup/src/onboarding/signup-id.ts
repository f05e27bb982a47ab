import { Problem } from '../errors.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The id of a signup as it stands in a path, in its one spelling.
 * @throws Problem SIGNUP_NOT_FOUND for what cannot be one
 */
export function signupId(text: string): string {
  const id = text.toLowerCase();
  if (!UUID.test(id)) throw new Problem('SIGNUP_NOT_FOUND');
  return id;
}
