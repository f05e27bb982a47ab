const WORD = /=\?utf-8\?([bq])\?([^?]*)\?=(?:\s+(?==\?utf-8\?))?/gi;

/** A mail header as a person reads it: encoded words in UTF-8, which is what our mails have (RFC 2047). */
export function decodeHeader(header: string): string {
  // Bytes first, text at the end: a character may begin in one word and end in the next.
  const bytes = header.replace(WORD, (_, encoding: string, text: string) =>
    (encoding.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : quotedPrintable(text)).toString('latin1'),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const quotedPrintable = (text: string) =>
  Buffer.from(
    text.replaceAll('_', ' ').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
