import { describe, expect, it } from '@jest/globals';
import { isManageToken, manageToken } from './manage-token.ts';

const secret = 'a secret for tests, and for nothing else';
const id = '5f0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11';
const token = manageToken(secret, id);

describe('isManageToken', () => {
  it('knows the token of an id, and needs nothing stored for it', () => {
    expect(isManageToken(token, secret, id)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['half of it', token.slice(0, 20)],
    ['more than it', `${token}A`],
    ['it in another case', token.toLowerCase()],
    ['the token of another id', manageToken(secret, crypto.randomUUID())],
    ['the token of another secret', manageToken('another secret', id)],
  ])('refuses %s', (_what, wrong) => {
    expect(isManageToken(wrong, secret, id)).toBe(false);
  });
});
