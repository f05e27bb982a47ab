import { setTimeout as delay } from 'node:timers/promises';
import { mix } from '@tributary/e2e';
import { eventually } from '@tributary/testing';
import type { Waiting } from './gauges.ts';
import type { Pace } from './pace.ts';
import type { Act, Moment } from './plan.ts';
import type { Recorder } from './recorder.ts';
import type { Target } from './target.ts';

/** What an act is performed on. */
export interface Stage {
  target: Target;
  recorder: Recorder;
  pace: Pace;
  /** The run is being stopped. */
  signal: AbortSignal;
  /** Nobody waits for news any more: there will be none. */
  giveUp: AbortSignal;
}

/** An act on its way. */
export interface Performance {
  act: Act;
  fromMs: number;
  toMs?: number;
  /** What was seen and must not be, although the ledger may be clean. */
  problems: string[];
  /** Everybody has come: the people of the next act may. */
  arrived: Promise<void>;
  /** What was done is undone, and nothing much waits any more. */
  recovered: Promise<void>;
  /** Everybody has done what they intended, and heard what they waited for. */
  through: Promise<void>;
}

/** Nobody gives up before the run does. */
const PATIENCE_MS = 3_600_000;
const RECOVERY_MS = 120_000;

/**
 * The people of the act come at a steady pace; before some of them, something is done to the system.
 * @param previous resolves when the system has recovered from the act before: until then nothing else is done to it, and nobody comes
 * whose turn would be later
 */
export function perform(act: Act, previous: Promise<void>, stage: Stage): Performance {
  const { target, recorder, pace, signal, giveUp } = stage;
  const problems: string[] = [];
  const note = (problem: string) => void (signal.aborted || problems.push(problem));
  const underWay: Promise<void>[] = [];
  const { promise: arrived, resolve: allHere } = Promise.withResolvers<void>();

  let queue = Promise.resolve();
  const next = async (n: number) => {
    for (const moment of act.moments.filter(({ before }) => before === n)) {
      await previous;
      underWay.push(happen(moment, stage, note));
    }
    await pace.turn(act.perSecond, signal);
    if (n === act.people - 1) allHere();
  };
  const turn = (n: number) => (queue = queue.then(() => next(n)));

  const performance: Performance = {
    act,
    fromMs: recorder.now(),
    problems,
    arrived,
    recovered: arrived
      .then(() => Promise.all(underWay))
      .then(() => caughtUp(act, stage))
      .catch((error: Error) => note(error.message))
      .then(() => void (performance.toMs = recorder.now())),
    through: target
      .play(mix(act.seed, act.people), { turn, giveUp, patienceMs: PATIENCE_MS })
      .catch((error: Error) => note(error.message))
      .then(() => allHere()),
  };
  return performance;
}

/** Something is done, goes on for its time, and is undone. */
async function happen({ do: fault, forMs }: Moment, stage: Stage, note: (problem: string) => void): Promise<void> {
  const over = stage.recorder.mark(fault.what);
  try {
    const end = await fault.begin(stage.target, note);
    await delay(forMs, undefined, { signal: stage.signal }).catch(() => undefined);
    await end();
  } catch (error) {
    note(`${fault.what}: ${(error as Error).message.split('\n')[0]}`); // below it may be the end of a log
  } finally {
    over();
  }
}

/** What waits is what comes in within a second: the backlog is gone. A few may still be in the backoff tiers. */
async function caughtUp({ scenario, perSecond }: Act, { recorder, signal }: Stage): Promise<void> {
  const look = async () => {
    const waiting = await recorder.waiting();
    if (signal.aborted) return true;
    if (!waiting.complete) throw new Error('not everybody can be asked');
    const total = totalOf(waiting);
    if (total > 2 * perSecond) throw new Error(`${total} facts wait`);
    return true;
  };
  await eventually(look, { timeoutMs: RECOVERY_MS, intervalMs: 500 }).catch((error: Error) => {
    throw new Error(`after ${scenario.name} the system does not catch up: ${error.message}`, { cause: error });
  });
}

/** Of everything but the backoff tiers. */
export function totalOf({ backlog, unpublished }: Omit<Waiting, 'complete'>): number {
  const queues = Object.entries(backlog).filter(([queue]) => !queue.includes('.retry.'));
  return [...queues, ...Object.entries(unpublished)].reduce((sum, [, count]) => sum + count, 0);
}
