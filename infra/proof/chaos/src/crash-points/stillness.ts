import { setTimeout as delay } from 'node:timers/promises';
import { queuesAreEmpty, type World } from '@tributary/e2e';

/** Longer than the broker's figures lag behind, and than anybody waits between two looks at their page. */
const STILL_MS = 10_000;
const LOOK_EVERY_MS = 500;

/** Resolves when nothing is on its way any more, retry tiers included: whatever is missing then does not come. At the latest after `timeoutMs`. */
export async function untilStill(
  world: World,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let since = Date.now();
  while (!signal.aborted && Date.now() < deadline && Date.now() - since < STILL_MS) {
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    const still = await Promise.all([queuesAreEmpty(world), nothingToPublish(world)]).catch(() => [false]);
    if (still.includes(false)) since = Date.now();
  }
}

async function nothingToPublish({ stack, query }: World): Promise<boolean> {
  for (const service of Object.keys(stack.topologies)) {
    if ((await query(service, 'SELECT FROM messaging.outbox LIMIT 1')).length > 0) return false;
  }
  return true;
}
