import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { plainEnvironment } from '../machine/command.ts';
import { eventually } from '../machine/eventually.ts';
import { runsFolder } from '../machine/places.ts';
import { removeRunsFolderIfEmpty } from '../stack/run-folder.ts';

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SMALL_DEMO = fileOf('../../fixtures/small-demo.ts');
const DEMO = fileOf('../demo.ts');

/** A temporary folder of its own: no demo of this copy that runs beside the test is touched. */
let temporary: string;
let children: ChildProcess[];
beforeEach(() => {
  temporary = mkdtempSync(join(dirname(runsFolder()), 't-'));
  removeRunsFolderIfEmpty(); // asking where it is has created it
  chmodSync(temporary, 0o755);
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await run(DEMO, 'stop');
  rmSync(temporary, { recursive: true });
});

const filesIn = (folder: string) => readdirSync(folder, { recursive: true }).map((path) => basename(String(path)));

/** Whether a demo listens: the socket alone may be that of a killed one. */
async function isListening(): Promise<boolean> {
  const [runs = ''] = readdirSync(temporary).filter((name) => !name.endsWith('-ports'));
  const socket = connect(join(temporary, runs, 'demo.sock'));
  await once(socket, 'connect');
  socket.destroy();
  return true;
}

function start(program: string, ...args: string[]) {
  const child = spawn(process.execPath, ['--conditions=@tributary/source', '--no-warnings', program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...plainEnvironment(), TMPDIR: temporary },
  });
  children.push(child);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const says = (line: RegExp) => eventually(`${line}`, async () => line.test(said), { timeoutMs: 60_000 });
  return { child, says, said: () => said };
}

async function run(program: string, ...args: string[]) {
  const { child, said } = start(program, ...args);
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { code: code as number, stdout: said(), stderr };
}

describe('Ctrl-C', () => {
  it.each<[string, (demo: ReturnType<typeof start>) => Promise<unknown>]>([
    ['at the beginning of the start', () => eventually('a run', async () => filesIn(temporary).includes('state.json'))],
    ['in the middle of the start', ({ says }) => says(/(maildev|postgres) +ready/)],
    ['when everything is up', ({ says }) => says(/From another terminal/)],
  ])(
    '%s leaves no process, no folder and no claimed port',
    async (_, moment) => {
      const demo = start(SMALL_DEMO);
      await moment(demo);
      demo.child.kill('SIGINT');
      expect(await once(demo.child, 'close')).toEqual([0, null]);
      expect(demo.said()).toContain('Stopped: no process and no data is left.');
      expect(filesIn(temporary)).toEqual([]);
    },
    90_000,
  );
});

it('Ctrl-C while it ends what a killed one left is obeyed, too', async () => {
  const killed = start(SMALL_DEMO);
  await killed.says(/From another terminal/);
  killed.child.kill('SIGKILL');
  await once(killed.child, 'close');

  const demo = start(SMALL_DEMO);
  await eventually('an answer', () => isListening(), { everyMs: 5, timeoutMs: 60_000 });
  demo.child.kill('SIGINT');
  expect(await once(demo.child, 'close')).toEqual([0, null]);
  expect(demo.said()).not.toContain('Ready');
  expect(filesIn(temporary)).toEqual([]);
}, 90_000);

describe('while a demo runs', () => {
  it('another terminal is told the addresses and the processes, also by a second start', async () => {
    const demo = start(SMALL_DEMO);
    await demo.says(/From another terminal/);
    const status = await run(DEMO, 'status');
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(status.stdout).toMatch(/ Mails +http:\S+\n\n +1 +postgres +up +pid \d+ .*\n +2 +maildev +up /);

    const second = await run(DEMO);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('already running');
    expect(second.stdout).toMatch(/ Mails +http/);

    expect((await run(DEMO, 'kill', 'maildev')).stdout).toMatch(/maildev +DOWN +ended by SIGKILL/);
    await demo.says(/ maildev DOWN \(SIGKILL\): 2 starts it/);
  }, 90_000);
});

describe('after SIGKILL of the demo', () => {
  it('"status" says what still runs, "stop" ends it', async () => {
    const demo = start(SMALL_DEMO);
    await demo.says(/From another terminal/);
    demo.child.kill('SIGKILL');
    await once(demo.child, 'close');

    const status = await run(DEMO, 'status');
    expect(status.code).toBe(1);
    expect(status.stderr).toMatch(/was killed; these 2 processes run on:\n +(maildev|postgres) +pid \d+\n/);
    expect(status.stderr).toContain('npm run demo -- stop');

    const stop = await run(DEMO, 'stop');
    expect(stop).toMatchObject({ code: 0, stderr: '' });
    expect(stop.stdout).toMatch(/ended (maildev, postgres|postgres, maildev)\n/);
    expect(filesIn(temporary)).toEqual([]);
    expect(await run(DEMO, 'status')).toMatchObject({
      code: 1,
      stderr: 'No demo of this copy is running: npm run demo\n',
    });
  }, 90_000);
});
