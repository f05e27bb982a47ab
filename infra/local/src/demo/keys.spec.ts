import { describe, expect, it } from '@jest/globals';
import { keyHelp, keysOf, nameOf } from './keys.ts';

describe('what the terminal sends', () => {
  it('is a key per character', () => {
    expect(keysOf('6s')).toEqual(['6', 's']);
  });

  it('is one key when it begins with ESC: no arrow presses "b"', () => {
    expect(keysOf('\u001b[B')).toEqual(['\u001b[B']);
  });
});

it.each([
  ['z', '"z"'],
  ['\r', 'Enter'],
  ['\u0001', 'Ctrl-A'],
  ['\u001b[A', 'This key'],
])('the key %j is called %s', (key, name) => {
  expect(nameOf(key)).toBe(name);
});

it('the list of the keys fits sixty columns', () => {
  for (const line of keyHelp('b').split('\n')) expect(line.length).toBeLessThanOrEqual(60);
});
