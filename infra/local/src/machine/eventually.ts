import { setTimeout as delay } from 'node:timers/promises';

/** Polls until `attempt` gives something truthy. Its errors count as "not yet"; the last one explains the failure. */
export async function eventually<Result>(
  what: string,
  attempt: () => Promise<Result | undefined | false>,
  { timeoutMs = 30_000, everyMs = 50, giveUp = () => undefined as string | undefined } = {},
): Promise<Result> {
  const deadline = Date.now() + timeoutMs;
  for (let last: unknown; ; await delay(everyMs)) {
    try {
      const result = await attempt();
      if (result) return result;
    } catch (error) {
      last = error;
    }
    const hopeless = giveUp();
    if (hopeless !== undefined) throw new Error(`${what}: ${hopeless}`);
    if (Date.now() > deadline) {
      const reason = last instanceof Error ? `: ${last.message}` : '';
      throw new Error(`${what}: not within ${timeoutMs / 1000} s${reason}`, { cause: last });
    }
  }
}
