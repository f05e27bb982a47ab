import { z } from 'zod';

/** A variable that is a whole number within these bounds, in decimal digits. */
export const wholeNumber = (from: number, to: number) => {
  const error = `must be a whole number from ${from} to ${to}`;
  // Not coerced: that makes 0, any free port, of a blank, and 16 of 0x10.
  return z
    .string()
    .regex(/^\d+$/, { error })
    .transform(Number)
    .pipe(z.number().min(from, { error }).max(to, { error }));
};

/** A variable that says where a server listens. Whether this machine has the address shows when it does. */
export const address = z.union([z.ipv4(), z.ipv6(), z.hostname()], { error: 'must be an IP address or a host name' });

/**
 * A variable that is a URL with a host. A socket of PostgreSQL counts as one: `postgres:///email?host=/run/postgresql`.
 * @param error a sentence that names the protocols
 */
export const urlOf = (protocol: RegExp, error: string) =>
  z
    .url({ protocol, error, abort: true })
    .refine(namesHost, { error: 'must name a host', abort: true })
    .refine(isDecodable, { error: 'has a % that encodes nothing: write %25 for it' });

function namesHost(text: string): boolean {
  const { hostname, searchParams } = new URL(text);
  return Boolean(hostname || searchParams.get('host'));
}

/** What comes of `%zz` is an error far from here: clients decode login, vhost and database. */
function isDecodable(text: string): boolean {
  const { username, password, pathname } = new URL(text);
  try {
    return [username, password, pathname].every((part) => decodeURIComponent(part) !== undefined);
  } catch {
    return false;
  }
}
