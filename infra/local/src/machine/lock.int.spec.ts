import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withLock } from './lock.mjs';
import { identify } from './process-identity.mjs';

describe('a lock', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tributary-lock-'));
    file = join(folder, 'a.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const nobodyAtWork = () => expect('another holder').toBe('none');

  it('names its holder and the processes that work for it, and is gone afterwards', async () => {
    const worker = spawn('sleep', ['60'], { detached: true });
    await withLock(file, nobodyAtWork, (alsoHeldBy) => {
      alsoHeldBy(worker.pid ?? 0);
      expect(readFileSync(file, 'utf8')).toBe(`${identify(process.pid)}\n${identify(worker.pid ?? 0)}\n`);
      return Promise.resolve();
    });
    worker.kill('SIGKILL');
    expect(existsSync(file)).toBe(false);
  });

  it('of a living process is waited for', async () => {
    const holder = spawn('sleep', ['60']);
    writeFileSync(file, `${identify(holder.pid ?? 0)}\n`);
    const waited: number[] = [];
    await withLock(
      file,
      (pid) => {
        waited.push(pid);
        holder.kill('SIGKILL');
      },
      () => Promise.resolve(),
    );
    expect(waited).toEqual([holder.pid]);
  });

  it('of a killed process ends what still works for it, with all its children', async () => {
    const worker = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [pid] = (await once(worker.stdout, 'data')) as [Buffer];
    const processes = [identify(worker.pid ?? 0), identify(Number(pid.toString()))];
    writeFileSync(file, `${goneProcess()}\n${processes[0]}\n`);
    const ended = once(worker, 'exit');

    await withLock(file, nobodyAtWork, () => Promise.resolve());

    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it('is held by one at a time, also when all find the lock of a killed process', async () => {
    writeFileSync(file, `${goneProcess()}\n`);
    const program = `
      import { withLock } from ${JSON.stringify(new URL('lock.mjs', import.meta.url).href)};
      import { appendFileSync } from 'node:fs';
      import { setTimeout as delay } from 'node:timers/promises';
      await withLock(${JSON.stringify(file)}, () => undefined, async () => {
        appendFileSync(${JSON.stringify(join(folder, 'log'))}, 'in ');
        await delay(5);
        appendFileSync(${JSON.stringify(join(folder, 'log'))}, 'out ');
      });`;
    const all = Array.from({ length: 6 }, () => spawn(process.execPath, ['--input-type=module', '-e', program]));
    await Promise.all(all.map((one) => once(one, 'exit')));
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('in out '.repeat(6));
  });

  /** As `identify` calls it; the pid may be another's by now. */
  function goneProcess(): string {
    return `${identify(process.pid)}9`;
  }
});
