import { describe, expect, it } from '@jest/globals';
import { decodeHeader } from './decode-header.ts';

describe('a mail header', () => {
  it.each([
    ['Welcome, Ada', 'Welcome, Ada'],
    ['=?UTF-8?Q?Your_workspace_Stra=C3=9Fenbahn_is_ready?=', 'Your workspace Straßenbahn is ready'],
    ['=?UTF-8?B?5p2x5Lqs?= is ready', '東京 is ready'],
    ['=?UTF-8?Q?caf=C3?= =?UTF-8?Q?=A9?=', 'café'],
  ])('%s reads %s', (header, text) => expect(decodeHeader(header)).toBe(text));
});
