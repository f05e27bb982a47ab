import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../machine/eventually.ts';
import { identify, isRunning } from '../machine/process-identity.mjs';
import { watchRuns, type RunWatch } from './watch-runs.ts';

const SHORT = { noNewsMs: 200, endMs: 200, tellMs: 50 };
const LONG = { noNewsMs: 600_000, endMs: 600_000, tellMs: 50 };

let folder: string;
let jest: ChildProcess;
let said: string[];
let watch: RunWatch;
let processes: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runs-'));
  said = [];
  // Like a Jest that hangs, with a worker that hangs: neither hears a signal it could handle.
  const hang =
    'process.on("SIGTERM", () => {}); console.log(process.pid); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';
  const parent = `
    const worker = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(hang)}], { stdio: ['ignore', 'inherit', 'ignore'] });
    worker.on('spawn', () => { ${hang} });`;
  jest = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  processes = await hanging();
});
afterEach(() => {
  watch.stop();
  try {
    process.kill(-(jest.pid ?? 0), 'SIGKILL'); // its group: the worker, too
  } catch {
    // both are gone
  }
  rmSync(folder, { recursive: true });
});

/** Both processes, once they hang. */
async function hanging(): Promise<string[]> {
  let printed = '';
  jest.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const pids = await eventually('two processes hang', async () => {
    const found = printed.split('\n').slice(0, -1).map(Number);
    return found.length === 2 && found;
  });
  return pids.map((pid) => identify(pid) ?? '');
}

function begin(bounds: Parameters<typeof watchRuns>[2]): (event: object) => void {
  watch = watchRuns(folder, (line) => said.push(line), bounds);
  const tell = (event: object) =>
    appendFileSync(join(folder, '1.jsonl'), `${JSON.stringify({ at: Date.now(), ...event })}\n`);
  tell({ event: 'run', project: 'signup', process: identify(jest.pid ?? 0), files: 2 });
  return tell;
}

describe('a run of Jest that is watched', () => {
  it('is shown with its files, its tests and the file it is in', async () => {
    const tell = begin(LONG);
    tell({ event: 'file', file: 'src/page.int.spec.ts' });
    tell({ event: 'test', status: 'passed', file: 'src/page.int.spec.ts' });
    const line = await eventually('a line', async () => said.find((text) => text.includes('1 passed')));
    expect(line).toMatch(/signup: 0 of 2 files, 1 passed; now src\/page\.int\.spec\.ts \d+ s/);
  });

  it('has each failure shown at once, and once', async () => {
    const tell = begin(LONG);
    tell({
      event: 'test',
      status: 'failed',
      file: 'src/a.spec.ts',
      title: 'a sum is right',
      message: 'expected 3\n  at a.spec.ts',
    });
    await eventually('the failure', async () =>
      said.some((text) => text.includes('FAILED signup: a sum is right\n   expected 3')),
    );
    tell({ event: 'file-end', file: 'src/a.spec.ts' });
    await eventually('the next news', async () =>
      said.some((text) => text.includes('1 of 2 files, 0 passed, 1 FAILED')),
    );
    expect(said.filter((text) => text.includes('FAILED signup'))).toHaveLength(1);
    expect(watch.failed).toEqual(['signup: a sum is right']);
  });

  it('is ended with its workers when there is no news, and named with the file it hung in', async () => {
    const tell = begin(SHORT);
    tell({ event: 'file', file: 'src/recovery.int.spec.ts' });
    await once(jest, 'exit');
    await eventually('the worker is gone', async () => !processes.some((identity) => isRunning(identity)));
    expect(watch.hung).toEqual(['signup: no news for 0 s, in src/recovery.int.spec.ts']);
  });

  it('is ended when its tests are over and its process stays', async () => {
    const tell = begin({ ...LONG, endMs: 200 });
    tell({ event: 'end' });
    await once(jest, 'exit');
    expect(watch.hung).toEqual(['signup: its tests are over, and its process did not end within 0 s']);
  });
});
