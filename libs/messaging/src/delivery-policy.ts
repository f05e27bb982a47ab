import { InvalidEvent } from '@tributary/contracts';
import { CrashedTheProcess, EventIdReused, PermanentFailure } from './errors.ts';
import { Unreadable } from './read-event.ts';
import { isRefusedForGood } from './sql-state.ts';

const MINUTE_MS = 60_000;

/** Seconds for a hiccup, minutes for a restart. What is down for half a night must not end in dead letters: after six hours a person looks. */
export const DEFAULT_RETRY_DELAYS_MS: readonly number[] = [
  ...[1_000, 5_000, 30_000, 2 * MINUTE_MS],
  ...Array<number>(36).fill(10 * MINUTE_MS),
];

export type DeadReason =
  | 'not-json'
  | 'unknown-type'
  | 'invalid-event'
  | 'event-id-reused'
  | 'refused-by-database'
  | 'permanent-failure'
  | 'crashed-the-process'
  | 'attempts-exhausted';
export type Verdict = { to: 'retry'; delayMs: number } | { to: 'dead'; reason: DeadReason };

/** What becomes of a message whose `attempt`-th delivery (from 1) failed with `error`. The whole error model is here. */
export function verdictOn(error: unknown, attempt: number, retryDelaysMs: readonly number[]): Verdict {
  if (error instanceof Unreadable) return { to: 'dead', reason: error.reason };
  if (error instanceof InvalidEvent) return { to: 'dead', reason: 'invalid-event' };
  if (error instanceof PermanentFailure) return { to: 'dead', reason: 'permanent-failure' };
  if (error instanceof EventIdReused) return { to: 'dead', reason: 'event-id-reused' };
  if (error instanceof CrashedTheProcess) return { to: 'dead', reason: 'crashed-the-process' };
  if (isRefusedForGood(error, attempt)) return { to: 'dead', reason: 'refused-by-database' };
  const delayMs = retryDelaysMs[attempt - 1];
  return delayMs === undefined ? { to: 'dead', reason: 'attempts-exhausted' } : { to: 'retry', delayMs };
}
