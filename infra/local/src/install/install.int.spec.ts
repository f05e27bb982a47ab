import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { plainEnvironment } from '../machine/command.ts';
import { eventually } from '../machine/eventually.ts';
import { isRunning } from '../machine/process-identity.mjs';

const standIn = fileURLToPath(new URL('../../fixtures/npm-stand-in.mjs', import.meta.url));
const prepare = new URL('prepare.mjs', import.meta.url).href;

let project: string;
let runs: { process: ChildProcess; said: () => string }[];

beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'tributary-install-')));
  runs = [];
  mkdirSync(file('bin'));
  symlinkSync(standIn, file('bin/npm'));
  writeFileSync(file('package.json'), '{}');
  writeLock('1.0.0');
});

afterEach(async () => {
  writeFileSync(file('finish'), '');
  for (const { process } of runs) process.kill('SIGKILL');
  const npm = npms().at(-1);
  if (npm) await eventually('the last npm has ended', () => Promise.resolve(!isRunning(npm)));
  rmSync(project, { recursive: true });
});

describe('installing packages', () => {
  it('happens once', async () => {
    writeFileSync(file('finish'), '');
    expect(await exitOf(run())).toEqual([0, null]);
    expect(await exitOf(run())).toEqual([0, null]);
    expect(npms()).toHaveLength(1);
  });

  it('takes all that the demo needs, whatever the settings of the user leave out', async () => {
    writeFileSync(file('finish'), '');
    await exitOf(run());
    expect(log()).toMatch(/start .* ci .*--include=dev --include=optional/);
  });

  it('after Ctrl-C it keeps the lock, says so, and waits for npm', async () => {
    const installing = run();
    await npmRuns();
    installing.process.kill('SIGINT');
    await eventually('npm has heard of it', () => Promise.resolve(log().includes('SIGINT')));
    expect(installing.process.exitCode).toBeNull();
    expect(existsSync(file('.tributary/install.lock'))).toBe(true);
    await eventually('it says so', () => Promise.resolve(installing.said().includes('Stopping npm')));

    writeFileSync(file('finish'), '');

    expect(await exitOf(installing)).toEqual([130, null]);
    expect(existsSync(file('.tributary/install.lock'))).toBe(false);
    expect(npms().map(isRunning)).toEqual([false]);
  });

  it('a second Ctrl-C ends npm by force', async () => {
    const installing = run();
    const ended = exitOf(installing);
    await npmRuns();
    await eventually('it ends', () => {
      installing.process.kill('SIGINT');
      return Promise.resolve(installing.process.exitCode !== null);
    });
    expect(await ended).toEqual([130, null]);
    expect(npms().map(isRunning)).toEqual([false]);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('%s is passed on to npm too', async (signal) => {
    const installing = run();
    await npmRuns();
    installing.process.kill(signal);
    await eventually('npm has heard of it', () => Promise.resolve(log().includes(signal)));
    writeFileSync(file('finish'), '');
    expect(await exitOf(installing)).toEqual([signal === 'SIGTERM' ? 143 : 129, null]);
  });

  it('after SIGKILL the next run ends the npm that is left before it starts its own', async () => {
    const killed = run();
    await npmRuns();
    killed.process.kill('SIGKILL');
    await exitOf(killed);
    expect(npms().map(isRunning)).toEqual([true]);

    const next = run();
    await eventually('npm runs again', () => Promise.resolve(npms().length === 2));

    expect(npms().map(isRunning)).toEqual([false, true]);
    expect(log()).not.toContain('overlap');
    writeFileSync(file('finish'), '');
    expect(await exitOf(next)).toEqual([0, null]);
  });

  it('what a killed npm leaves is installed again, although it looks as before', async () => {
    writeFileSync(file('finish'), '');
    await exitOf(run());
    rmSync(file('finish'));
    writeLock('2.0.0');
    const interrupted = run();
    await eventually('npm runs again', () => Promise.resolve(npms().length === 2));
    process.kill(Number.parseInt(npms()[1] ?? '', 10), 'SIGKILL');
    expect(await exitOf(interrupted)).toEqual([1, null]);
    expect(interrupted.said()).toContain('npm ci failed with SIGKILL');

    writeLock('1.0.0');
    writeFileSync(file('finish'), '');
    expect(await exitOf(run())).toEqual([0, null]);

    expect(existsSync(file('node_modules/a/package.json'))).toBe(true);
  });

  it('a package that is gone is installed again once npm was at work by hand', async () => {
    writeFileSync(file('finish'), '');
    await exitOf(run());
    rmSync(file('node_modules/a'), { recursive: true });
    writeFileSync(file('node_modules/.package-lock.json'), '{"packages": {}}');
    await exitOf(run());
    expect(existsSync(file('node_modules/a/package.json'))).toBe(true);
  });

  it("a failure says npm's reason and where all of it is", async () => {
    for (const name of ['finish', 'fail']) writeFileSync(file(name), '');
    const failed = run();
    expect(await exitOf(failed)).toEqual([1, null]);
    expect(failed.said()).toContain('npm error no space left on device');
    expect(failed.said()).toContain(file('.tributary/logs/install.log'));
  });

  it('a machine without npm is told where it comes from', async () => {
    rmSync(file('bin/npm'));
    symlinkSync('/bin/sh', file('bin/sh'));
    const failed = run({ PATH: file('bin') });
    await exitOf(failed);
    expect(failed.said()).toMatch(/npm could not be started/);
  });
});

function run(environment: Record<string, string> = {}) {
  const program = `const { prepare } = await import(${JSON.stringify(prepare)}); await prepare(${JSON.stringify(project)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...plainEnvironment(),
      PATH: [file('bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
      ...environment,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const started = { process: child, said: () => said };
  runs.push(started);
  return started;
}

async function exitOf({ process }: { process: ChildProcess }): Promise<unknown[]> {
  return process.exitCode === null && process.signalCode === null
    ? await once(process, 'close')
    : [process.exitCode, process.signalCode];
}

function npmRuns(): Promise<unknown> {
  return eventually('npm runs', () => Promise.resolve(npms().length > 0));
}

/** What the stand-in has written down, one line for each thing that happened. */
function log(): string {
  return existsSync(file('npm.log')) ? readFileSync(file('npm.log'), 'utf8') : '';
}

/** Every npm that was started, as `identify` calls it. */
function npms(): string[] {
  return [...log().matchAll(/^start (.*) ci /gm)].map(([, identity = '']) => identity);
}

function writeLock(version: string): void {
  writeFileSync(file('package-lock.json'), JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } }));
}

function file(name: string): string {
  return join(project, name);
}
