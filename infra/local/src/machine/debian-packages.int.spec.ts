import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { command } from './command.ts';
import { isDebian, unpackedPackages } from './debian-packages.ts';

/** `hello` is Debian's smallest program that does anything. */
const hello = { package: 'hello', always: /^hello$/, never: /./ };

(isDebian() ? describe : describe.skip)('unpacking Debian packages', () => {
  let before: string | undefined;
  let cache: string;

  beforeEach(() => {
    before = process.env['XDG_CACHE_HOME'];
    cache = mkdtempSync(join(tmpdir(), 'a cache '));
    process.env['XDG_CACHE_HOME'] = cache;
  });
  afterEach(() => {
    rmSync(cache, { recursive: true });
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  });

  it('gives a program that runs, once for two who ask at the same time, and leaves nothing else', async () => {
    const told: string[] = [];
    const ask = () => unpackedPackages({ ...hello, onProgress: (line) => told.push(line) });
    const [root, same] = await Promise.all([ask(), ask()]);
    expect(same).toBe(root);
    expect(await command(join(root, 'usr/bin/hello'), [])).toBe('Hello, world!\n');
    expect(told.filter((line) => line.startsWith('downloading'))).toEqual(['downloading 1 packages']);
    expect(readdirSync(join(cache, 'tributary'))).toEqual([expect.stringMatching(/^hello-[\d.]+-/)]);
  }, 180_000);

  it('puts nothing in place when the last step fails', async () => {
    const finish = () => Promise.reject(new Error('no'));
    await expect(unpackedPackages({ ...hello, finish, onProgress: () => undefined })).rejects.toThrow('no');
    expect(readdirSync(join(cache, 'tributary'))).toEqual([]);
  }, 180_000);
});
