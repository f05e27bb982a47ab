import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readConfig } from './parse-config.ts';

const schema = z.object({ BROKER: z.url().optional(), TOKEN: z.string().min(5).optional() });
let folder: string;
const file = (content: string) => {
  const path = join(folder, 'secret');
  writeFileSync(path, content);
  return path;
};
const read = (env: Record<string, string>) => readConfig(schema, env, 'demo');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'secret-files-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a secret in a file', () => {
  it('is the value, without the line break at its end', () => {
    expect(read({ TOKEN_FILE: file('s3cret \n') })).toEqual({ TOKEN: 's3cret ' });
  });

  it('is judged like a value, and never shown', () => {
    expect(() => read({ TOKEN_FILE: file('abcd') })).toThrow(/TOKEN/);
    expect(() => read({ TOKEN_FILE: file('abcd') })).not.toThrow(/abcd/);
  });

  it('is the password of a URL, whatever characters it has', () => {
    const { BROKER } = read({ BROKER: 'amqp://email@broker', BROKER_PASSWORD_FILE: file('p@ss/w:rd%2') });
    expect(decodeURIComponent(new URL(BROKER ?? '').password)).toBe('p@ss/w:rd%2');
  });

  it.each([
    ['a file that is not there', { TOKEN_FILE: '/nowhere/secret' }, /TOKEN {2}cannot be read: TOKEN_FILE.*ENOENT/],
    ['a value as well', { TOKEN: 'abcdef', TOKEN_FILE: '/nowhere' }, /TOKEN {2}is given twice/],
    ['a password as well', { BROKER: 'amqp://u:p@b', BROKER_PASSWORD_FILE: '/dev/null' }, /has a password already/],
    [
      'no host to log in at',
      { BROKER: 'pg:///d?host=/run', BROKER_PASSWORD_FILE: import.meta.filename },
      /BROKER {2}takes no pass/,
    ],
    ['no URL to put it into', { BROKER: 'nonsense', BROKER_PASSWORD_FILE: '/dev/null' }, /BROKER {2}Invalid URL/],
  ])('refuses %s', (_, env, problem) => {
    expect(() => read(env)).toThrow(problem);
  });

  it('may be left empty, as compose files write it', () => {
    expect(read({ TOKEN_FILE: '', BROKER_PASSWORD_FILE: '' })).toEqual({});
  });
});
