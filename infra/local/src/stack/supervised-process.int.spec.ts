import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { plainEnvironment } from '../machine/command.ts';
import { eventually } from '../machine/eventually.ts';
import { freePorts } from '../machine/free-ports.ts';
import { RunFolder } from './run-folder.ts';
import { isReady } from './service-processes.ts';
import { EndedOnRequest, NotReady, SupervisedProcess, type ProcessSpec } from './supervised-process.ts';

const program = fileURLToPath(new URL('../../fixtures/answers-readyz.ts', import.meta.url));
const WAITS_FOR = 'the broker takes no messages; no database';

let run: RunFolder;
let relay: SupervisedProcess;
beforeEach(() => {
  run = new RunFolder();
});
afterEach(async () => {
  await relay.stop('SIGKILL');
  run.remove();
});

/** A process that says on /readyz that it is not ready until `becomeReady`. */
async function prepare(more: Partial<ProcessSpec> = {}): Promise<void> {
  const [port = 0] = await freePorts(1);
  relay = new SupervisedProcess(
    {
      name: 'signup-relay',
      command: process.execPath,
      args: [program, String(port), join(run.path, 'is-ready')],
      env: plainEnvironment(),
      logFile: join(run.path, 'signup-relay.log'),
      stopSignal: 'SIGTERM',
      stopWithinMs: 5_000,
      ready: isReady(port),
      readyWithinMs: 25_000,
      ...more,
    },
    run,
  );
}
const becomeReady = () => writeFileSync(join(run.path, 'is-ready'), '');

/** Starts it, and resolves when it is starting and has answered. What it gives is how the start ends. */
async function startHalf(): Promise<{ outcome: Promise<unknown> }> {
  const outcome = relay.start().catch((error: unknown) => error);
  await eventually('an answer', async () => relay.problem);
  return { outcome };
}

describe('a process that is not ready in time', () => {
  it('is "not ready", and "up" as soon as it is, by itself', async () => {
    await prepare({ readyWithinMs: 0 });
    await expect(relay.start()).rejects.toThrow('signup-relay is not ready after 0 s');
    expect(relay.state).toBe('not ready');
    await eventually('its own words', async () => relay.problem === WAITS_FOR);

    becomeReady();
    await once(relay.changes, 'state');
    expect(relay).toMatchObject({ state: 'up', problem: undefined });
  });

  it('is so for the reason that it gives, without the lines of its log', async () => {
    const ready = () => Promise.reject(new NotReady(WAITS_FOR));
    await prepare({ readyWithinMs: 0, ready });
    await expect(relay.start()).rejects.toThrow(
      `signup-relay is not ready after 0 s: ${WAITS_FOR}\n(its log: ${relay.spec.logFile})`,
    );
    expect(relay.problem).toBe(WAITS_FOR);
  });

  it('can be stopped and started like any other', async () => {
    await prepare({ readyWithinMs: 0 });
    await expect(relay.start()).rejects.toThrow('not ready');
    await relay.stop();
    expect(relay.state).toBe('stopped');
  });
});

describe('a process that is ended while it starts', () => {
  it('by a kill is down, and the start does not count as failed', async () => {
    await prepare();
    const { outcome } = await startHalf();
    await relay.kill();
    expect(await outcome).toBeInstanceOf(EndedOnRequest);
    expect((await outcome) as Error).toHaveProperty('message', 'signup-relay was ended while it started');
    expect(relay).toMatchObject({ state: 'down', ended: 'ended by SIGKILL' });
  });

  it('by a stop is stopped, also when it becomes ready meanwhile', async () => {
    await prepare({ stopSignal: 'SIGCONT', stopWithinMs: 500 }); // it goes on until SIGKILL
    const { outcome } = await startHalf();
    const states: string[] = [];
    relay.changes.on('state', () => states.push(relay.state));
    const stopped = relay.stop();
    becomeReady();
    await stopped;
    expect(await outcome).toBeInstanceOf(EndedOnRequest);
    expect(states).toEqual(['stopping', 'stopped']);
  });

  it('by a stop before there is a process does not start one', async () => {
    const helper = Promise.withResolvers<void>();
    await prepare({ before: () => helper.promise });
    const outcome = relay.start().catch((error: unknown) => error);
    await expect(relay.start()).rejects.toThrow('already running');
    await relay.stop();
    helper.resolve();
    expect(await outcome).toBeInstanceOf(EndedOnRequest);
    expect(relay).toMatchObject({ state: 'stopped', pid: undefined });
  });
});

it('a process that ends by itself while it starts shows the end of its log', async () => {
  await prepare({ args: ['-e', 'console.log("no such setting"); process.exit(3)'] });
  await expect(relay.start()).rejects.toThrow(/signup-relay: ended with code 3\nno such setting\n\(all of it: /);
});

it('a process whose helper does not start is down, and says why', async () => {
  await prepare({ before: () => Promise.reject(new Error('no epmd')) });
  await expect(relay.start()).rejects.toThrow('no epmd');
  expect(relay).toMatchObject({ state: 'down', ended: 'no epmd' });
});
