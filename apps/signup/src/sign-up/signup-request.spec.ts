import { describe, expect, it } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { Problem } from '../errors.ts';
import { signupRequest } from './signup-request.ts';

const valid = { email: 'ada@example.com', displayName: 'Ada', workspaceName: 'Engines' };

function fieldsRefusedIn(body: unknown) {
  try {
    signupRequest(body);
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.errors.map(({ field }) => field);
  }
}

describe('signupRequest', () => {
  it('gives the canonical spelling of every field', () => {
    expect(
      signupRequest({ email: ' ADA@Example.com', displayName: '  Rene\u0301 ', workspaceName: 'Engines', extra: 1 }),
    ).toEqual({ email: 'ada@example.com', displayName: 'Ren\u00e9', workspaceName: 'Engines' });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'ada@example.com'],
    ['a list', [valid]],
    ['an empty object', {}],
    ['fields of the wrong type', { email: 1, displayName: {}, workspaceName: ['Engines'] }],
    ['repeated form fields', { email: ['a@b.c', 'd@e.f'], displayName: ['a'], workspaceName: ['b'] }],
  ])('names all three fields when it is given %s', (_what, body) => {
    expect(fieldsRefusedIn(body)).toEqual(['email', 'displayName', 'workspaceName']);
  });

  it.each([
    ['blank', ' \u00a0 '],
    ['only joiners', '\u200d\u200c'],
    ['letters that show nothing', '\u3164\uffa0'],
    ['the blank pattern of Braille', '\u2800'],
    ['a note without a head', ' \u{1d159} '],
    ['a blank hieroglyph', '\u{13441}\u{13442}'],
    ['variation selectors', '\ufe0f\u{e0101}'],
    ['accents on nothing', '\u0301\u0302'],
    ['a letter that shows nothing', 'Ada\u3164'],
    ['a filler', 'Ada\u115f\u1160'],
    ['a grapheme joiner', 'A\u034fda'],
    ['tags', 'Ada\u{e0041}'],
    ['a byte order mark', '\ufeffAda'],
    ['what a decoder leaves of a letter that it cannot read', 'Jos\ufffd'],
    ['the place of an object', 'Ada\ufffc'],
    ['a character for private use', 'Ada\ue000'],
    ['a code point that is no character', 'Ada\ufdd0'],
    ['a line break', 'Ada\r\nBcc: bob@example.com'],
    ['a trailing line break', 'Ada\n'],
    ['NUL', 'Ada\0'],
    ['an escape sequence', '\u001b[31mAda'],
    ['a line separator', 'Ada\u2028Lovelace'],
    ['a right-to-left override', '\u202eadA'],
    ['a zero-width space', 'A\u200bda'],
    ['a lone surrogate', 'Ada\ud800'],
    ['101 characters', 'x'.repeat(101)],
    ['10,000 characters', 'x'.repeat(10_000)],
  ])('refuses a name that is or has %s', (_what, name) => {
    expect(fieldsRefusedIn({ ...valid, displayName: name })).toEqual(['displayName']);
    expect(fieldsRefusedIn({ ...valid, workspaceName: name })).toEqual(['workspaceName']);
  });

  it.each([
    ...['http://example.com/x', 'Prize: https://evil.example', 'ftp://x', 'HTTP：／／x', '\\\\server\\share'],
    ...['www.example', 'WWW.x', 'bit.ly/x', 'example.com', 'Look at EXAMPLE.COM now', 't.me', 'a-b.example'],
    ...[
      'example．com',
      'ex\u200dample.\u200dcom',
      'example.c\ufe0fom',
      'пример.рф',
      '例え.テスト',
      'राम.कॉम',
      'xn--e1afmkfd.xn--p1ai',
    ],
    ...['eve@example.com', 'Ada" <eve@example.com>, "Bob', 'Dr.No', 'Node.js'],
  ])('refuses %j, which has the form of an address', (name) => {
    expect(fieldsRefusedIn({ ...valid, displayName: name })).toEqual(['displayName']);
    expect(fieldsRefusedIn({ ...valid, workspaceName: name })).toEqual(['workspaceName']);
  });

  it.each([
    ...[
      'Dr. No',
      'J. R. R. Tolkien',
      'J.R.R. Tolkien',
      'Acme, Inc.',
      'S.p.A.',
      'e.V.',
      'Ph.D.',
      '.NET',
      'and so on...',
    ],
    ...[
      'Release 2.0',
      '3.14',
      'v1.2b',
      'AC/DC',
      'Ada: engines',
      '@ada',
      'a@b',
      'C:\\temp',
      'モーニング娘。',
      '...Baby',
    ],
  ])('takes %j, which has not', (name) => {
    expect(signupRequest({ ...valid, displayName: name }).displayName).toBe(name);
  });

  it.each([
    "Ada O'Lovelace",
    'Łukasz 🚀',
    '👩‍💻',
    'می‌خواهم',
    '葛\u{e0100}城',
    '❤️',
    'ᠮᠣᠩᠭᠣᠯ\u180b',
    '⠁⠙⠁⠀⠇',
    'é\u0327',
    '<script>alert(1)</script>',
    'x'.repeat(100),
  ])('takes %j as a name', (name) => {
    expect(signupRequest({ ...valid, displayName: name }).displayName).toBe(name.normalize('NFC'));
  });

  it('accepts only what the contract can say', () => {
    for (const email of [
      'ada@example.com',
      '用户@例え.テスト',
      `${'x'.repeat(64)}@${'y'.repeat(63)}.${'z'.repeat(63)}.com`,
    ]) {
      const request = signupRequest({ ...valid, email });
      expect(() => UserSignedUp.data.parse({ userId: crypto.randomUUID(), ...request })).not.toThrow();
    }
  });
});
