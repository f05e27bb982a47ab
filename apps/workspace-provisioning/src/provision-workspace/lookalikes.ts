/**
 * Letters that are drawn like a Latin one, large or small, and that no normalisation turns into it: of Unicode's confusables
 * (https://www.unicode.org/reports/tr39/#Confusable_Detection) those of the Latin, Greek, Cyrillic, Armenian and Cherokee scripts.
 */
const ALIKE: Record<string, string> = {
  a: 'ɑΑαАаᎪᴀꭺ',
  b: 'ƀƂƃƄɓʙΒБВЬвѢѣҌҍᏏᏴᏼꞴ',
  c: 'ȼСсҪҫᏟᴄꮯ',
  d: 'ÐĐđƉƌɖɗԁᎠᏧᴅꭰ',
  e: 'ɆɇΕЕеҽҿᎬᴇꬲꭼ',
  f: 'ƑƒϜքᵮẝꜰꞘꞙꬵ',
  g: 'ƍǤǥɠɡɢԌԍցᏀᏳᏻᶃꮐ',
  h: 'ĦħɦʜΗНнћҢңһӇӈӉӊհᎻᏂᏲⱧꚕꮋ',
  i: 'ıɨɩɪιіӏᎥᵻᵼꙇꭵǀΙІӀ',
  k: 'ĸƙΚκКкҚқҞҟᏦᴋⱩꝀꮶ',
  l: 'ŁłƖƗƚǀɫɭʟΙІӀᏞꮮӏ',
  m: 'ʍΜϺМмӍӎᎷᴍꮇ',
  n: 'ƝƞɳɴΝηոռᵰ',
  o: 'ØøƟɵΘΟθοσОоѲѳӨөՕօᎾᏫᴏᴑꝊꝋꬽꬾꭴꮎꮻ',
  p: 'ƥΡρРрᏢᴘᴩᵽꮲ',
  r: 'ƦɍɼɽʀгғᎡᏒᴦᵲꭇꭈꭱꮁꮢ',
  s: 'ƽʂЅѕՏᏕᏚᵴꜱꮪ',
  t: 'ŦŧƭƮȾΤτТтҬҭᎢᴛᵵꭲ',
  u: 'ɄʋυՍսᏌᴜᵾꞟꭎꭒꮜ',
  v: 'νѴѵᏙᴠꮩ',
  w: 'ɯѡѽԜԝաᎳᏔᴡꝡꮃ',
  y: 'ƴɎɏɣʏΥγУуҮүҰұᎩᎽᶌỿꭚ',
};
const DIGITS: Record<string, string> = { i: 'I1|', l: 'I1|', o: '0' };
const PAIRS: Record<string, string> = { m: 'rn', w: 'vv' };

/** What is left of a name as the eye reads it: letters and digits without accents, whatever stands between them. */
const bare = (name: string) => name.normalize('NFKD').replace(/[^\p{L}\p{N}|]/gu, '');

/**
 * Whether a name reads as one of these words: in any case, width and script listed above, with accents, and with anything but letters and
 * digits between its letters. A word beside it, a translation or a misspelling is another name.
 * @param words lower-case ASCII letters
 */
export function readsAs(words: Iterable<string>): (name: string) => boolean {
  const patterns = Array.from(words, (word) => Array.from(word, lookOf).join(''));
  const any = new RegExp(`^(?:${patterns.join('|')})$`, 'u');
  return (name) => any.test(inCapitals(bare(name)));
}

function lookOf(letter: string): string {
  const one = `[${letter}${letter.toUpperCase()}${ALIKE[letter] ?? ''}${DIGITS[letter] ?? ''}]`;
  return PAIRS[letter] ? `(?:${one}|${PAIRS[letter]})` : one;
}

/** Among capitals a small l is read as an I. Elsewhere it is an l: `Mall` is not `mail`. */
const inCapitals = (name: string) => (/^[\P{Ll}l]+$/u.test(name) ? name.replaceAll('l', 'I') : name);
