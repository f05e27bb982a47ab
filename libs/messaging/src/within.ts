import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@tributary/telemetry';

const log = logger('messaging');

/** Waits for `work` to end, either way, but no longer than `ms`: at shutdown nothing may hang on a broker that is silent. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const limit = new AbortController();
  const ended = work.catch((err: unknown) => log.warn({ err }, 'not everything was closed in order'));
  await Promise.race([ended, delay(ms, undefined, { signal: limit.signal }).catch(() => undefined)]);
  limit.abort();
}
