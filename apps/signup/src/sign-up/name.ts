const NAME_LENGTH = 100;

/**
 * Controls, separators of lines, half characters, what stands for a character that could not be read, private use, and whatever is drawn as nothing.
 * Not the two joiners and the variation selectors: they are part of words in Persian and Hindi, of Japanese names and of emoji.
 */
const FORBIDDEN =
  /(?![\p{Join_Control}\p{Variation_Selector}])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\ufffc\ufffd]/u;

/** Without those that Unicode counts as letters or symbols and that are blank: a pattern of Braille, a note, two hieroglyphs. */
const VISIBLE = /(?![\u2800\u{1d159}\u{13441}\u{13442}])[\p{L}\p{N}\p{P}\p{S}]/u;

/** Mail programs make links of addresses in plain text. A list of top-level domains would allow more, and be out of date in some program or other. */
const ADDRESS = /:\/\/|\\\\|\bwww\.|[\p{L}\p{N}]\.\p{L}[\p{L}\p{N}-]/iu;
const NOT_DRAWN = /[\p{M}\p{Default_Ignorable_Code_Point}]/gu;

/** The one spelling in which a name is kept. */
export const canonicalName = (typed: string): string => typed.normalize('NFC').trim();

/**
 * Why a name cannot be taken, in words for the person who typed it. It goes out in a mail to an address that nobody has confirmed, so it must
 * not be able to carry somebody else's link there.
 * @param what it is the name of: `your name`
 */
export function nameProblem(typed: string, what: string): string | undefined {
  const name = canonicalName(typed);
  if (FORBIDDEN.test(typed)) return 'Leave out line breaks, and characters that cannot be seen or read.';
  if (!VISIBLE.test(name)) return `Enter ${what}.`;
  if (name.length > NAME_LENGTH) return `Use at most ${NAME_LENGTH} characters.`;
  if (ADDRESS.test(name.normalize('NFKC').replace(NOT_DRAWN, ''))) {
    return 'Leave out web and mail addresses. Put a space after a dot between words: "St. John".';
  }
  return undefined;
}
