import { describe, expect, it } from '@jest/globals';
import { decodeUtf8 } from './index.ts';

describe('text from elsewhere', () => {
  it.each([
    ['in many scripts', 'José 東京 مختبر 👩‍👩‍👧‍👦'],
    ['that is empty', ''],
    ['with a replacement character that somebody has written', 'Jos\ufffd'],
    ['with U+0000', 'a\0b'],
  ])('is what was written: %s', (_what, text) => {
    expect(decodeUtf8(Buffer.from(text))).toBe(text);
  });

  it('has no byte order mark in front, and keeps one that is text', () => {
    expect(decodeUtf8(Buffer.from('\ufeff{"a":"\ufeff"}'))).toBe('{"a":"\ufeff"}');
  });

  it.each([
    ['a byte of Latin-1', [0x4a, 0xe9]],
    ['a sequence that is cut off', [0x4a, 0xc3]],
    ['a byte that only continues', [0x80]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a longer form than needed', [0xc0, 0xaf]],
    ['more than Unicode has', [0xf4, 0x90, 0x80, 0x80]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00]],
  ])('is refused with %s', (_what, bytes) => {
    expect(() => decodeUtf8(Uint8Array.from(bytes))).toThrow('not valid');
  });
});
