import { domainToASCII } from 'node:url';

// RFC 5321 dot-atom, with letters and digits of every script (RFC 6531). No quoted local part, no comment, no list.
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
// ASCII that a URL parser would give a meaning of its own ("example.com/x" has the host "example.com").
const NOT_IN_A_DOMAIN = /[^a-z0-9.\-\u{80}-\u{10ffff}]/u;

// Controls, halves of characters, and whatever is drawn as nothing: an address that looks like another must not be one of its own.
const NOTHING_TO_SEE = /[\p{C}\p{Default_Ignorable_Code_Point}]/u;

// A local part may consist of these characters, and mail programs would decode it as an encoded word (RFC 2047), into anything.
const ENCODED_WORD = '=?';

/**
 * The one spelling of an address: case, compatibility forms and IDN spellings of it are the same address.
 * Mail goes to this spelling, never to the one typed: what was proved unique is what is written to.
 * @returns undefined when it is not exactly one address.
 */
export function canonicalAddress(typed: string): string | undefined {
  if (typed.length > 320 || NOTHING_TO_SEE.test(typed)) return undefined;
  const [local, domain, ...more] = foldCase(typed.trim()).split('@');
  if (!local || !domain || more.length > 0) return undefined;
  if (!LOCAL.test(local) || local.includes(ENCODED_WORD) || Buffer.byteLength(local) > 64) return undefined;

  const ascii = NOT_IN_A_DOMAIN.test(domain) ? '' : domainToASCII(domain);
  const labels = ascii.split('.');
  // "127.1" is an IPv4 address to domainToASCII; no top-level domain is a number (RFC 3696 section 2).
  if (labels.length < 2 || /^\d+$/.test(labels.at(-1) ?? '')) return undefined;
  if (!labels.every((label) => LABEL.test(label))) return undefined;

  const address = `${local}@${ascii}`;
  return Buffer.byteLength(address) > 254 ? undefined : address;
}

/** Twice NFKC: lower-casing can decompose what was composed. */
function foldCase(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC');
}
