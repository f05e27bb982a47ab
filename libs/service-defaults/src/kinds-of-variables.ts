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
    .refine(isDecodable, { error: 'has a % that encodes no character in UTF-8: write %25 for the sign itself' });

/**
 * A variable that is the URL of a PostgreSQL database, written as the client needs it. pg leaves the encoding of URL syntax in a database's
 * name, and changes passwords where there is a space.
 */
export const postgresUrl = urlOf(/^postgres(ql)?$/, 'must be a postgres:// URL')
  .refine((text) => !/%(23|3f)/i.test(new URL(text).pathname), {
    error: 'names a database with a ? or # in its name, which the client cannot be told',
    abort: true,
  })
  .transform((text) => {
    const url = new URL(text);
    url.pathname = url.pathname.replace(/%(2[bcf46]|3[abd]|40)/gi, decodeURIComponent);
    return url.href;
  });

function namesHost(text: string): boolean {
  const { hostname, searchParams } = new URL(text);
  return Boolean(hostname || searchParams.get('host'));
}

/** What comes of `%zz` is an error far from here: clients decode login, vhost, database and options. */
function isDecodable(text: string): boolean {
  try {
    return Boolean(decodeURIComponent(new URL(text).href));
  } catch {
    return false;
  }
}
