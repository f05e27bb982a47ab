import { setTimeout as delay } from 'node:timers/promises';
import { type Verdict, verdictOf, type World } from '@tributary/e2e';

/** Longer than the broker's own figures lag behind, and than the first backoff tiers take. */
const STILL_MS = 6_000;

/**
 * The ledger's verdict on a system that may never get there: when it has been the same for a while and no message waits in a backoff
 * tier. What is missing then is not late, it is lost.
 */
export async function atRest(world: World, { timeoutMs = 90_000 } = {}): Promise<Verdict> {
  const deadline = Date.now() + timeoutMs;
  let last = await look(world);
  let since = Date.now();
  while (Date.now() - since < STILL_MS && Date.now() < deadline) {
    await delay(1_000);
    const now = await look(world);
    if (now.backingOff || now.verdict.lines.join() !== last.verdict.lines.join()) since = Date.now();
    last = now;
  }
  return last.verdict;
}

async function look(world: World): Promise<{ verdict: Verdict; backingOff: boolean }> {
  const verdict = await verdictOf(world);
  const depths = await world.broker.depths();
  return { verdict, backingOff: Object.entries(depths).some(([name, count]) => name.includes('.retry.') && count > 0) };
}
