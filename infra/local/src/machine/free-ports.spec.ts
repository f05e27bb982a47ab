import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { freePorts } from './free-ports.ts';

const claimOf = (port: number) => join(tmpdir(), `tributary-${process.getuid?.() ?? 0}-ports`, String(port));
const EVERY_PORT = 12_000;

/** All the ports that another process is given, which then ends. */
async function elsewhere(count: number): Promise<number[]> {
  const module = new URL('./free-ports.ts', import.meta.url).href;
  const program = `import { freePorts } from ${JSON.stringify(module)}; console.log(JSON.stringify(await freePorts(${count})));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--no-warnings',
    '--input-type=module',
    '-e',
    program,
  ]);
  return JSON.parse(stdout) as number[];
}

describe('a port that was given to one process', () => {
  it('is given to no other while that one runs, though nobody listens on it yet', async () => {
    const ours = await freePorts(200);
    expect(new Set(ours).size).toBe(200);
    const theirs = await elsewhere(EVERY_PORT / 6);
    expect(theirs.filter((port) => ours.includes(port))).toEqual([]);
  });

  it('can be given again when that one has ended', async () => {
    const [port = 0] = await elsewhere(1);
    expect(existsSync(claimOf(port))).toBe(false);
  });
});
