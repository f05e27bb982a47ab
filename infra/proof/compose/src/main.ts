import { join } from 'node:path';
import { endCommands, logFolder, onStopRequest, readArguments, repository, withLock } from '@tributary/local';
import { buildImages, checkEverything } from './check.ts';
import { Compose } from './compose.ts';
import { findEngine } from './engine.ts';

const HELP = `npm run compose:check                the stack of docker-compose.yml from the build to the ledger, beside any running copy, and away again:
                                     signups, every reaction, one trace, kill -9 of every container, alerts, least privilege; exit code 0 or 1
npm run compose:check -- --no-build  with the images there are`;

const OPTIONS = { 'no-build': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

const began = performance.now();
const say = (line: string) => console.log(line);

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`\n${error.message}`);
  return 1;
});
process.exit(); // whatever a failed step left waiting

async function main(args: string[]): Promise<number> {
  const { help, 'no-build': noBuild } = readArguments(args, OPTIONS, HELP);
  if (help) return (say(HELP), 0);
  say(await findEngine());
  const lock = join(repository, '.tributary', 'compose-check.lock');
  const waiting = (pid: number) => say(`Another check of this copy (pid ${pid}) is running: waiting for it`);
  return withLock(lock, waiting, () => check({ build: !noBuild }));
}

async function check({ build }: { build: boolean }): Promise<number> {
  const compose = await Compose.withFreePorts();
  const { promise: stopped, reject: stop } = Promise.withResolvers<never>();
  stopped.catch(() => undefined);
  onStopRequest(
    () => {
      say('\nStopping. (Ctrl-C again: at once, and the containers stay)');
      stop(new Error('Stopped.'));
      endCommands();
    },
    () => process.exit(130),
  );
  await compose.down(); // what a run left that was killed
  try {
    const work = async () => {
      if (build) await buildImages(compose, step);
      await checkEverything(compose, step, say);
    };
    await Promise.race([work(), stopped]);
    say(`\nEverything held. ${seconds(began)}`);
    return 0;
  } catch (error) {
    console.error(`\n${(error as Error).message}\nWhat was run: ${join(logFolder, 'compose-check.log')}`);
    await compose.keepLogs().catch(() => undefined);
    return 1;
  } finally {
    await step('down', () => compose.down());
  }
}

async function step<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  try {
    const result = await work();
    const seen = typeof result === 'string' && !result.includes('\n') ? result : '';
    say(`${what.padEnd(34)} ${seconds(start).padStart(7)}   ${seen}`.trimEnd());
    return result;
  } catch (error) {
    say(`${what.padEnd(34)} ${seconds(start).padStart(7)}   FAILED`);
    throw error;
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
