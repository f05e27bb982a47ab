import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Milliseconds, default 10,000: generous, because a passing test never waits that long. */
  timeoutMs?: number;
  /** Milliseconds between two tries, default 25. */
  intervalMs?: number;
}

/**
 * Tries until `attempt` neither throws nor answers `false`; returns its answer. Use it instead of a sleep.
 * @throws the last error of `attempt`, its message saying how long it was waited for.
 */
export async function eventually<Answer>(
  attempt: () => Answer | Promise<Answer>,
  { timeoutMs = 10_000, intervalMs = 25 }: EventuallyOptions = {},
): Promise<Exclude<Answer, false>> {
  const deadline = AbortSignal.timeout(timeoutMs);
  let last: unknown = new Error('the attempt never ended');
  while (!deadline.aborted) {
    try {
      const answer = await unlessAborted(attempt(), deadline);
      if (answer !== false) return answer as Exclude<Answer, false>;
      last = new Error('the condition stayed false');
    } catch (error) {
      if (error !== deadline.reason) last = error;
    }
    await delay(intervalMs, undefined, { signal: deadline }).catch(() => undefined);
  }
  if (last instanceof Error) last.message = `Not within ${timeoutMs} ms: ${last.message}`;
  throw last;
}

/** An attempt that hangs must not hang the test beyond the deadline. */
async function unlessAborted<Answer>(answer: Answer | Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
