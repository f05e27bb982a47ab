import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { command, commandShown, endCommands } from './machine/command.ts';
import { withLock } from './machine/lock.mjs';
import { logFolder, repository } from './machine/places.ts';
import { nxEnvironment } from './stack/nx-environment.ts';
import { cleanLeftovers } from './stack/run-folder.ts';
import { startStack } from './stack/start-stack.ts';
import type { Stack } from './stack/stack.ts';
import { findChromium } from './test/chromium.ts';
import { findPgBouncer } from './test/pg-bouncer.ts';
import { forgetCounts, inWords, sumCounts } from './test/counts.ts';
import { watchRuns } from './test/watch-runs.ts';

const HELP = `npm test                     format, lint, types, builds, and all tests against a real broker and database of their own
npm test -- -p email         only one project; any option of "nx run-many" is passed on`;

const progress = join(logFolder, 'test', 'progress');

/** The whole system, last and alone: its tests kill processes and measure nothing while others want the machine. */
const WHOLE_SYSTEM = '@tributary/e2e';

const nx = join(repository, 'node_modules/nx/dist/bin/nx.js');
const prettier = join(repository, 'node_modules/prettier/bin/prettier.cjs');
const say = (line: string) => console.log(line);
const options = process.argv.slice(2);

if (options.some((option) => option === '--help' || option === '-h')) say(HELP);
else process.exitCode = await alone(main);
if (process.connected) process.disconnect();

/** Two runs of one copy would empty each other's logs and figures. */
function alone(work: () => Promise<number>): Promise<number> {
  const waiting = (pid: number) => say(`Another npm test of this copy (pid ${pid}) is running: waiting for it`);
  return withLock(join(repository, '.tributary', 'test.lock'), waiting, work);
}

async function main(): Promise<number> {
  const abort = new AbortController();
  let stack: Stack | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) {
    process.on(signal as 'SIGINT', () => {
      abort.abort();
      endCommands();
    });
  }
  try {
    const [started, chromium, pgBouncer] = await Promise.all([
      startStack({ only: ['broker', 'postgres'], label: 'test', onProgress: say, signal: abort.signal }),
      findChromium(say).catch((error: Error) => say(error.message)),
      findPgBouncer(say).catch((error: Error) => say(error.message)),
    ]);
    stack = started;
    const runs = watchRuns(progress, say);
    const failed = await runAll(environment(stack, chromium || undefined, pgBouncer || undefined), abort.signal);
    runs.stop();
    failed.push(...runs.hung);
    const counts = sumCounts();
    if (!chromium) say('\nNO CHROMIUM: the signup page was NOT tested in a browser. Install Chromium or Chrome.');
    if (!pgBouncer) say('\nNO PGBOUNCER: that the services work behind it was NOT tested. Install PgBouncer.');
    for (const test of runs.failed) say(`FAILED ${test}`);
    if (failed.length) say(`\nFailed: ${failed.join(', ')}`);
    if (counts.passed + counts.failed === 0) failed.push('no test ran');
    await stack.stop();
    say(`\n${inWords(counts)}`);
    return failed.length || counts.failed ? 1 : 0;
  } finally {
    await stack?.stop();
    await cleanLeftovers(); // of a test that started a stack of its own and was ended by Jest
  }
}

/** Everything runs even when something before it failed. Resolves with the names of what failed. */
async function runAll(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string[]> {
  forgetCounts();
  const failed: string[] = [];
  const step = async (name: string, program: string, ...args: string[]) => {
    if (signal.aborted) return void failed.push(`${name} (interrupted)`);
    say(`\n── ${name}`);
    const began = Date.now();
    if (!(await commandShown(process.execPath, [program, ...args], { cwd: repository, env }))) failed.push(name);
    say(`   ${name}: ${Math.round((Date.now() - began) / 1000)} s`);
  };
  // Jest itself takes half the cores; most of a test's time is spent waiting for a server, so two projects share even one core.
  const parallel = `--parallel=${Math.max(2, Math.floor(availableParallelism() / 2))}`;
  await step('format', prettier, '--check', '--log-level=warn', '.');
  await step('project references', nx, 'sync:check');
  await step('lint, types, build', nx, 'run-many', '-t', 'lint', 'typecheck', 'build', parallel, ...options);
  await step('tests', nx, 'run-many', '-t', 'test', `--exclude=${WHOLE_SYSTEM}`, parallel, ...options);
  if (await isWanted(WHOLE_SYSTEM, env)) await step('whole system', nx, 'run', `${WHOLE_SYSTEM}:test`);
  return failed;
}

async function isWanted(project: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const only = options.findIndex((option) => /^(-p|--projects)(=|$)/.test(option));
  const chosen = only < 0 ? [] : options.slice(only, options[only]?.includes('=') ? only + 1 : only + 2);
  const names = await command(process.execPath, [nx, 'show', 'projects', '--with-target=test', '--json', ...chosen], {
    cwd: repository,
    env: env as Record<string, string>,
  });
  return (JSON.parse(names) as string[]).includes(project);
}

function environment({ urls }: Stack, chromium?: string, pgBouncer?: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...nxEnvironment,
    TRIBUTARY_TEST_PROGRESS: progress,
    TRIBUTARY_TEST_AMQP_URL: urls.amqp,
    TRIBUTARY_TEST_MANAGEMENT_URL: urls.management,
    TRIBUTARY_TEST_DATABASE_URL: urls.database,
    ...(chromium ? { TRIBUTARY_TEST_CHROMIUM: chromium } : {}),
    ...(pgBouncer ? { TRIBUTARY_TEST_PGBOUNCER: pgBouncer } : {}),
  };
}
