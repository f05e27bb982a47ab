import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { agreesWithLock } from './installed.mjs';

const here = { os: process.platform, cpu: [process.arch] };

describe('node_modules beside the lock file', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tributary-installed-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('agrees when it has every package in its version', () => {
    expect(agrees({ a: { version: '1.0.0' } }, { a: { version: '1.0.0' } })).toBe(true);
    expect(agrees({ a: { version: '1.0.0' } }, { a: { version: '1.0.1' } })).toBe(false);
    expect(agrees({ a: { version: '1.0.0' } }, {})).toBe(false);
  });

  it('needs no package for other machines', () => {
    expect(agrees({ a: { version: '1.0.0', optional: true, os: 'aix', cpu: process.arch } }, {})).toBe(true);
    expect(agrees({ a: { version: '1.0.0', optional: true, os: process.platform, cpu: ['mips'] } }, {})).toBe(true);
  });

  it('needs the packages for this machine, although they are optional', () => {
    expect(agrees({ a: { version: '1.0.0', optional: true, ...here } }, {})).toBe(false);
  });

  it('does not agree when a listed package is not there', () => {
    agrees({ a: { version: '1.0.0' } }, { a: { version: '1.0.0' } });
    rmSync(join(root, 'node_modules/a'), { recursive: true });
    expect(agreesWithLock(root)).toBe(false);
  });

  function agrees(locked: Record<string, object>, installed: Record<string, object>): boolean {
    const inNodeModules = (packages: Record<string, object>) =>
      Object.fromEntries(Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry]));
    rmSync(join(root, 'node_modules'), { recursive: true, force: true });
    mkdirSync(join(root, 'node_modules'));
    const write = (name: string, content: unknown) => writeFileSync(join(root, name), JSON.stringify(content));
    write('package-lock.json', { packages: { '': {}, ...inNodeModules(locked) } });
    write('node_modules/.package-lock.json', { packages: inNodeModules(installed) });
    for (const name of Object.keys(installed)) {
      mkdirSync(join(root, 'node_modules', name));
      write(`node_modules/${name}/package.json`, {});
    }
    return agreesWithLock(root);
  }
});
