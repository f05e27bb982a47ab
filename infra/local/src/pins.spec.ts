import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { repository } from './machine/places.ts';

const read = (path: string) => readFileSync(join(repository, path), 'utf8');

it('every package depends on exact versions', () => {
  const files = ['package.json', ...globSync('{apps,libs,infra,infra/proof}/*/package.json', { cwd: repository })];
  expect(files.length).toBeGreaterThan(10);
  const ranges = files.flatMap((file) => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read(file)) as Record<string, object>;
    const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    return all
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)))
      .map(([name]) => `${file}: ${name}`);
  });
  expect(ranges).toEqual([]);
});

it('every action of the workflows is pinned by its digest', () => {
  const files = globSync('.github/workflows/*.yml', { cwd: repository });
  const actions = files.flatMap((file) => [...read(file).matchAll(/uses: (\S+)/g)].map(([, action]) => action));
  expect(actions.length).toBeGreaterThan(0);
  expect(actions.filter((action) => !/@[0-9a-f]{40}$/.test(action ?? ''))).toEqual([]);
});

it('the lock file names no download address', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved": "http/);
});
