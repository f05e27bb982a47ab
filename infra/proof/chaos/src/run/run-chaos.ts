import type { Options } from '../options.ts';
import type { RunRecord } from '../report/record.ts';
import { resultTable } from '../terminal/result-table.ts';
import { watch } from '../terminal/watch.ts';
import { lastVerdict, nothingMoves } from './come-to-rest.ts';
import { outcomesOf, totalOf } from './outcome.ts';
import { Pace } from './pace.ts';
import { perform, type Performance, type Stage } from './perform.ts';
import type { Act } from './plan.ts';
import type { Progress, Watcher } from './progress.ts';
import { Recorder } from './recorder.ts';
import type { Target } from './target.ts';
import { inOneLine, versionsOf, writeReport } from './write-report.ts';

/** Whoever waits for news after the system has been silent for so long will not get any. */
const NO_NEWS_MS = 30_000;
/** Until the last fact is where it belongs: the backoff tier of two minutes is passed through now and then. */
const PATIENCE_MS = 200_000;
/** The tier of ten minutes, too: among tens of thousands there is somebody who meets trouble again and again. */
const SOAK_PATIENCE_MS = 20 * 60_000;

export interface Run {
  options: Options;
  acts: Iterable<Act>;
  /** How many, where it is known. */
  scenarios?: number;
  /** What replays the run. */
  command: string;
  start: (say: (line: string) => void) => Promise<Target>;
  signal: AbortSignal;
}

/** Starts a system, does to it what is planned while people sign up, and holds it to account. @returns the exit code */
export async function runChaos(run: Run): Promise<number> {
  const { seed } = run.options;
  const [beganMs, beganAt] = [Date.now(), new Date().toISOString()];
  const progress: Progress = { seed, beganMs, phase: 'starting', begun: [], doing: () => [], samples: () => [] };
  if (run.scenarios !== undefined) progress.scenarios = run.scenarios;
  using watcher = watch(progress);
  await using target = await run.start(watcher.say);
  await using recorder = new Recorder(target);
  progress.doing = () => recorder.marks.filter(({ toMs }) => toMs === undefined).map(({ what }) => what);
  progress.samples = () => recorder.samples;

  const account = performAndSettle(run, { target, recorder, progress, watcher });
  const { command } = run;
  const record: RunRecord = { seed, beganAt, command, ...(await unlessStopped(account, run.signal)) };
  watcher[Symbol.dispose]();
  console.log(resultTable(record));
  console.log(`\n  ${writeReport(record)}\n  again: ${command}`);
  const { lost, doubled, unexpected } = record.total;
  return lost + doubled + unexpected === 0 ? 0 : 1;
}

interface Scene {
  target: Target;
  recorder: Recorder;
  progress: Progress;
  watcher: Watcher;
}

/** Act after act, then the verdict when nothing moves any more. */
async function performAndSettle(run: Run, { target, recorder, progress, watcher }: Scene) {
  const { signal, options } = run;
  const noNews = new AbortController();
  const versions = await versionsOf(target);
  watcher.say(inOneLine(versions));
  const stage: Stage = { target, recorder, pace: new Pace(), signal, giveUp: noNews.signal };
  const performances = await performAll(run, stage, { progress, watcher });

  progress.phase = 'waiting until nothing moves';
  const deadline = Date.now() + (options.soakMs ? SOAK_PATIENCE_MS : PATIENCE_MS);
  const resting = { target, recorder, signal, deadline };
  const everybody = Promise.all(performances.map(({ through }) => through));
  await Promise.race([everybody, nothingMoves(resting, NO_NEWS_MS)]);
  noNews.abort();
  await everybody;
  const verdict = await lastVerdict(resting);
  return {
    target: target.kind,
    versions,
    samples: recorder.samples,
    marks: recorder.marks,
    scenarios: outcomesOf(performances, target.ledger, verdict),
    total: totalOf(performances, target.ledger, verdict),
  };
}

/** The people of an act come right after those of the one before; what is done to the system waits until it has recovered. */
async function performAll(
  { acts, options, signal }: Run,
  stage: Stage,
  { progress, watcher }: Pick<Scene, 'progress' | 'watcher'>,
): Promise<Performance[]> {
  if (options.soakMs) progress.untilMs = Date.now() + options.soakMs;
  const performances: Performance[] = [];
  let previous = Promise.resolve();
  for (const act of acts) {
    if (signal.aborted || (progress.untilMs && Date.now() > progress.untilMs)) break;
    progress.phase = '';
    progress.begun.push(act.scenario);
    const performance = perform(act, previous, stage);
    performances.push(performance);
    previous = performance.recovered.then(() => watcher.over(performance));
    await performance.arrived;
  }
  await previous;
  return performances;
}

/** Whoever still waits for an answer when the run is stopped is not waited for. */
async function unlessStopped<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason as Error));
  return Promise.race([work, stopped]);
}
