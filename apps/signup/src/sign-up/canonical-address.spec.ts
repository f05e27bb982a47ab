import { describe, expect, it } from '@jest/globals';
import { canonicalAddress } from './canonical-address.ts';

describe('canonicalAddress', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ['  Ada.Lovelace+news@Example.COM ', 'ada.lovelace+news@example.com'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@BÜCHER.example', 'ada@xn--bcher-kva.example'],
    ['ada@bu\u0308cher.example', 'ada@xn--bcher-kva.example'],
    ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
    ['ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'ada@example.com'],
    ['a=b?c@example.com', 'a=b?c@example.com'],
    ['mi\u212Ae@example.com', 'mike@example.com'],
    ['用户@例え.テスト', '用户@xn--r8jz45g.xn--zckzah'],
    ['jose\u0301@example.com', 'jos\u00e9@example.com'],
  ])('writes %j as %j', (typed, canonical) => {
    expect(canonicalAddress(typed)).toBe(canonical);
  });

  it.each([
    ['nothing', ''],
    ['no at sign', 'ada.example.com'],
    ['no local part', '@example.com'],
    ['no domain', 'ada@'],
    ['two addresses with a comma', 'ada@example.com,bob@example.com'],
    ['two addresses with a semicolon', 'ada@example.com;bob@example.com'],
    ['two addresses with a space', 'ada@example.com bob@example.com'],
    ['a list that hides its second at sign', 'ada@example.com,bob'],
    ['two at signs', 'ada@bob@example.com'],
    ['a display name', 'Ada <ada@example.com>'],
    ['a header injection', 'ada@example.com\r\nBcc: bob@example.com'],
    ['a trailing line feed', 'ada@example.com\n'],
    ['NUL', 'ada\0@example.com'],
    ['a lone surrogate', 'ada\ud800@example.com'],
    ['a zero-width space', 'ada\u200b@example.com'],
    ['a right-to-left override', 'ada\u202e@example.com'],
    ['a variation selector', 'ada\ufe0f@example.com'],
    ['a combining grapheme joiner', 'a\u034fda@example.com'],
    ['a letter that shows nothing', 'ada\u3164@example.com'],
    ['a quoted local part', '"ada lovelace"@example.com'],
    ['a comment', 'ada(comment)@example.com'],
    ['an encoded word, which mail programs decode', '=?utf-8?q?a?=@example.com'],
    ['one among others', 'ada=?utf-8?q?.?=lovelace@example.com'],
    ['one in full width', '＝？utf-8？q？a？＝@example.com'],
    ['half an encoded word', '=?utf-8?q?a@example.com'],
    ['two dots', 'ada..lovelace@example.com'],
    ['a leading dot', '.ada@example.com'],
    ['a domain of one label', 'ada@localhost'],
    ['an IPv4 address', 'ada@127.0.0.1'],
    ['a short IPv4 address', 'ada@127.1'],
    ['an address literal', 'ada@[127.0.0.1]'],
    ['a path after the domain', 'ada@example.com/x'],
    ['a percent-encoded domain', 'ada@ex%61mple.com'],
    ['a port', 'ada@example.com:25'],
    ['a trailing dot', 'ada@example.com.'],
    ['a label that starts with a hyphen', 'ada@-example.com'],
    ['a label of 64 characters', `ada@${'x'.repeat(64)}.com`],
    ['a local part of 65 octets', `${'x'.repeat(65)}@example.com`],
    ['255 octets', `ada@${`${'x'.repeat(60)}.`.repeat(4)}example.com`],
    ['10,000 characters', `${'x'.repeat(10_000)}@example.com`],
  ])('refuses %s', (_what, typed) => {
    expect(canonicalAddress(typed)).toBeUndefined();
  });

  it('is its own canonical spelling, for every character that is accepted', () => {
    const unstable: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      const canonical = canonicalAddress(`a${String.fromCodePoint(code)}b@example.com`);
      if (canonical && canonicalAddress(canonical) !== canonical) unstable.push(code.toString(16));
    }
    expect(unstable).toEqual([]);
  });
});
