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

  it.each(["Ada O'Lovelace", 'Łukasz 🚀', '👩‍💻', 'می‌خواهم', '<script>alert(1)</script>', 'x'.repeat(100)])(
    'takes %j as a name',
    (name) => {
      expect(signupRequest({ ...valid, displayName: name }).displayName).toBe(name.normalize('NFC'));
    },
  );

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
