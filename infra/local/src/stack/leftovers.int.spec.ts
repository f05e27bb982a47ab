import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { plainEnvironment } from '../machine/command.ts';
import { runsFolder } from '../machine/places.ts';
import { identify, isRunning } from '../machine/process-identity.mjs';
import { cleanLeftovers } from './run-folder.ts';

const program = fileURLToPath(new URL('../../fixtures/stack-until-killed.ts', import.meta.url));

describe('after SIGKILL of the supervisor', () => {
  it('the next run ends its processes and removes its data, and touches nothing else', async () => {
    const supervisor = spawn(process.execPath, ['--conditions=@tributary/source', '--no-warnings', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: plainEnvironment(),
    });
    const [line] = (await once(createInterface(supervisor.stdout), 'line')) as [string];
    const processes = (JSON.parse(line) as number[]).map((pid) => identify(pid));
    const run = runOf(supervisor.pid ?? 0);
    expect(run).toBeDefined();
    supervisor.kill('SIGKILL');
    await once(supervisor, 'exit');
    expect(processes.map(isRunning)).toEqual([true, true]);

    const told = await cleanLeftovers();

    expect(told.join()).toMatch(/ended .*(postgres|maildev).*(postgres|maildev)/);
    expect(processes.map(isRunning)).toEqual([false, false]);
    expect(existsSync(run ?? '')).toBe(false);
  }, 60_000);

  it('a process that was started but not written down in time is ended too', async () => {
    const run = mkdtempSync(join(runsFolder(), 'run-'));
    const unrecorded = spawn('sleep', ['60'], { stdio: 'ignore', detached: true, env: { TRIBUTARY_RUN: run } });
    writeFileSync(join(run, 'state.json'), JSON.stringify({ supervisor: '', processes: [], undo: [] }));
    const ended = once(unrecorded, 'exit');

    await cleanLeftovers();

    if (process.platform === 'linux') expect(await ended).toEqual([null, 'SIGTERM']);
    unrecorded.kill('SIGKILL');
  });

  it('a process that got the pid of an ended one is left alone', async () => {
    const innocent = spawn('sleep', ['60'], { stdio: 'ignore', detached: true });
    const run = mkdtempSync(join(runsFolder(), 'run-'));
    const anotherTime = `${identify(innocent.pid ?? 0)}9`;
    const processes = [{ name: 'rabbitmq', identity: anotherTime, stopSignal: 'SIGTERM' }];
    writeFileSync(join(run, 'state.json'), JSON.stringify({ supervisor: '', processes, undo: [] }));

    await cleanLeftovers();

    expect(existsSync(run)).toBe(false);
    expect(isRunning(identify(innocent.pid ?? 0))).toBe(true);
    innocent.kill('SIGKILL');
  });

  it('the folder of a run that is alive is left alone', async () => {
    const run = join(runsFolder(), `run-alive${process.pid}`);
    mkdirSync(run);
    writeFileSync(
      join(run, 'state.json'),
      JSON.stringify({ supervisor: identify(process.pid), processes: [], undo: [] }),
    );

    await cleanLeftovers();

    expect(existsSync(run)).toBe(true);
    rmSync(run, { recursive: true });
  });
});

function runOf(supervisor: number): string | undefined {
  const runs = readdirSync(runsFolder()).map((name) => join(runsFolder(), name));
  return runs.find((run) => readFileSync(join(run, 'state.json'), 'utf8').includes(`"supervisor": "${supervisor} `));
}
