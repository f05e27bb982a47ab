import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { command, endCommands } from './command.ts';
import { eventually } from './eventually.ts';
import { identify, isRunning } from './process-identity.mjs';

describe('a command', () => {
  it('that is a group is ended with all that it has started', async () => {
    const lines: string[] = [];
    const groups: number[] = [];
    const onGroup = (leader: number) => void groups.push(leader);
    // Its shell does not pass a signal on.
    const work = command('sh', ['-c', 'sleep 60 & echo $!; wait'], { onGroup, onLine: (line) => lines.push(line) });
    const failure = work.catch((error: Error) => error.message);
    await eventually('it has started another', () => Promise.resolve(lines.length > 0));
    const processes = [identify(groups[0] ?? 0), identify(Number(lines[0]))];
    expect(processes.map(isRunning)).toEqual([true, true]);

    endCommands();

    expect(await failure).toContain('ended with SIGTERM');
    await eventually('all have ended', () => Promise.resolve(!processes.some(isRunning)));
  });

  it('has its log complete when it fails, in a folder that need not be there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tributary-command-'));
    const log = join(folder, 'logs', 'a.log');
    await expect(command('sh', ['-c', 'seq 20000; exit 3'], { log })).rejects.toThrow('ended with code 3');
    expect(existsSync(log) && readFileSync(log, 'utf8').endsWith('\n20000\n')).toBe(true);
    rmSync(folder, { recursive: true });
  });
});
