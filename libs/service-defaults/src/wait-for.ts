import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@tributary/telemetry';

const log = logger('start');
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const REMIND_EVERY_MS = 15_000;

/**
 * Tries until it works, so that services may start in any order. Says what it waits for and why: at first, when the
 * reason changes and every 15 s.
 * @throws the last failure when `deadlineMs` is over; the reason of `signal` when that is aborted
 */
export async function waitFor<Result>(
  what: string,
  attempt: () => Promise<Result>,
  {
    signal,
    deadlineMs = Infinity,
    givesUp = () => false,
  }: { signal?: AbortSignal; deadlineMs?: number; givesUp?: (error: unknown) => boolean },
): Promise<Result> {
  const began = performance.now();
  let said = { reason: '', at: -Infinity };
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (err) {
      const now = performance.now();
      if (givesUp(err) || now - began + pause > deadlineMs) throw err;
      const reason = reasonOf(err);
      if (reason !== said.reason || now - said.at > REMIND_EVERY_MS) {
        log.warn({ reason }, `waiting for ${what}`);
        said = { reason, at: now };
      }
    }
    // Aborting ends the pause; the next round throws.
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** Some connection errors have only a code, or only the parts of an AggregateError. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(reasonOf).join(', ');
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
}

/** Where a URL leads, without the login: `localhost:5432/email`. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname === '/' ? '' : pathname}`;
}
