const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of bytes that came in from elsewhere. A byte order mark in front is left out, as RFC 8259 section 8.1 lets a reader do.
 * @throws TypeError when they are not UTF-8: a replacement character would be stored and sent as if somebody had written it
 */
export const decodeUtf8 = (bytes: Uint8Array): string => utf8.decode(bytes);
