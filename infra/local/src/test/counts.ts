import { globSync, readFileSync, rmSync } from 'node:fs';
import { repository } from '../machine/places.ts';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const PATTERN = '{apps,libs,infra}/**/test-output/counts.json';

/** Before a run: what is found afterwards was written, or restored from the cache, by that run. */
export function forgetCounts(): void {
  for (const file of files()) rmSync(file);
}

/** Over all projects whose tests ran. */
export function sumCounts(): Counts {
  const all = files().map((file) => JSON.parse(readFileSync(file, 'utf8')) as Counts);
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

export function inWords({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
}

function files(): string[] {
  const exclude = (path: string) => path.endsWith('node_modules');
  return globSync(PATTERN, { cwd: repository, exclude }).map((file) => `${repository}/${file}`);
}
