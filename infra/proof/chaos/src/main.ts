import { join } from 'node:path';
import { onStopRequest, repository, withLock } from '@tributary/local';
import { HELP, type Options, readOptions } from './options.ts';
import { prepareRun } from './run/prepare-run.ts';
import { runChaos } from './run/run-chaos.ts';
import type { Target } from './run/target.ts';
import { scenarios } from './scenarios/index.ts';
import { listOf } from './scenarios/list.ts';

const say = (line: string) => console.log(line);
const stopping = new AbortController();
const { signal } = stopping;
let target: Target | undefined;

// The terminal may have been closed: nobody reads on, and there still is a system to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
onStopRequest(
  () => {
    say('\nStopping. (Ctrl-C again: at once)');
    stopping.abort(new Error('Stopped.'));
  },
  () => void (target?.endAtOnce() ?? Promise.resolve()).finally(() => process.exit(130)),
);

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  if (signal.aborted) say('Stopped: no process and no data is left.');
  else console.error(`\n${error.message}`);
  return signal.aborted ? 130 : 1;
});
process.exit(); // whatever a failed step left waiting

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options.help) return (say(HELP), 0);
  if (options.list) return (say(listOf(scenarios)), 0);
  return other(options) ?? chaos(options);
}

/** Each of these is a program of its own; only the one that is asked for is loaded. */
function other({ seed, crashPoints, only, without, versusHttp, backlog }: Options): Promise<number> | undefined {
  const common = { say, seed, signal };
  if (crashPoints) return import('./crash-points/explore.ts').then(({ explore }) => explore({ ...common, only }));
  if (versusHttp) return import('./versus-http/versus-http.ts').then((it) => it.versusHttp(common));
  if (without !== undefined) return import('./without/run-without.ts').then((it) => it.runWithout(without, common));
  if (backlog !== undefined)
    return import('./load/backlog.ts').then((it) => it.measureBacklog({ say, signal, waiting: backlog }));
  return undefined;
}

/** One at a time in a copy of the repository: logs and report have one place. Containers are those of `npm run compose:check`. */
async function chaos(options: Options): Promise<number> {
  const run = prepareRun(options, signal);
  const lock = join(repository, '.tributary', options.compose ? 'compose-check.lock' : 'chaos.lock');
  const waiting = (pid: number) => say(`Another run of this copy (pid ${pid}) is under way: waiting for it`);
  return withLock(lock, waiting, () =>
    runChaos({ ...run, start: async (progress) => (target = await run.start(progress)) }),
  );
}
