import { createHash } from 'node:crypto';

/** The longest label of a host name: a slug may become part of an address. */
const MAX_LENGTH = 63;

/** Latin letters that Unicode does not take apart; everything with an accent it does. */
const LETTERS: Record<string, string> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th' },
  ...{ ħ: 'h', ı: 'i', ĸ: 'k', ŋ: 'n', ŧ: 't' },
};

/**
 * The slug a name asks for: lower-case ASCII letters and digits, joined by single hyphens, 1 to 63 of them. Names in other scripts are not
 * transliterated, which takes knowing their language: without a Latin letter or digit the slug is made of a hash, the same for the same name.
 */
export function slugOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}'’]/gu, '')
    .replace(/\P{ASCII}/gu, (letter) => LETTERS[letter] ?? letter)
    .match(/[a-z0-9]+/g);
  return words ? cut(words.join('-'), MAX_LENGTH) : `workspace-${hashOf(name)}`;
}

/**
 * What to try, in this order: `acme`, `acme-2` … `acme-5`, then an end nobody can have taken but by an accident of one in four billion.
 * Six tries at most, so that the thousandth `acme` costs no more than the sixth.
 * @param workspaceId a random UUID
 */
export function slugCandidates(slug: string, workspaceId: string): string[] {
  const ends = ['', '-2', '-3', '-4', '-5', `-${workspaceId.slice(0, 8)}`];
  return ends.map((end) => cut(slug, MAX_LENGTH - end.length) + end);
}

const cut = (slug: string, length: number) => slug.slice(0, length).replace(/-$/, '');

function hashOf(name: string): string {
  const folded = name.normalize('NFKC').toLowerCase().trim();
  return createHash('sha256').update(folded).digest('hex').slice(0, 8);
}
