import { spawn } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { freePorts } from './free-ports.ts';

const isClaimed = (port: number) =>
  lstatSync(join(tmpdir(), `tributary-${process.getuid?.() ?? 0}-ports`, String(port)), { throwIfNoEntry: false }) !==
  undefined;
const EVERY_PORT = 12_000;

/** All the ports that another process is given, which then ends: by itself, or as `end` says. */
async function elsewhere(count: number, end = ''): Promise<number[]> {
  const module = new URL('./free-ports.ts', import.meta.url).href;
  const program = `import { freePorts } from ${JSON.stringify(module)};
    import { writeSync } from 'node:fs';
    writeSync(1, JSON.stringify(await freePorts(${count})));
    ${end}`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(await text(child.stdout)) as number[];
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
    expect(isClaimed(port)).toBe(false);
  });

  it('is not held by one that was killed: the next one forgets all such claims', async () => {
    const killed = await elsewhere(20, 'process.kill(process.pid, "SIGKILL")');
    expect(killed.filter(isClaimed)).toEqual(killed);
    const ours = await freePorts(1);
    await elsewhere(1);
    expect(killed.filter(isClaimed)).toEqual([]);
    expect(ours.filter(isClaimed)).toEqual(ours);
  });
});
