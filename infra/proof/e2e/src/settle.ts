import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@tributary/testing';
import { observe } from './ledger/observe.ts';
import { audit, type Verdict } from './ledger/verdict.ts';
import type { World } from './world.ts';

/** The ledger's verdict on what exists now. */
export async function verdictOf(world: World): Promise<Verdict> {
  const snapshot = await observe({ ...world, amqpUrl: world.stack.urls.amqp, mails: world.smtp.mails });
  return audit(world.ledger, snapshot, world);
}

/** Waits until nothing is missing and nothing is too much, and says what still is when patience is over. */
export async function reached(world: World, { timeoutMs = 120_000 } = {}): Promise<Verdict> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const began = Date.now();
    const verdict = await verdictOf(world);
    if (verdict.lines.length === 0 || Date.now() > deadline) return verdict;
    // The mail server of the proof is in this process, and must not starve while thousands of rows are looked at.
    await delay(Math.max(500, 4 * (Date.now() - began)));
  }
}

/**
 * The verdict when nothing moves any more. First the effects are waited for, because the broker's figures lag behind them; then
 * silence; then it is looked at again, for what came too late or once too often.
 */
export async function settled(world: World, options?: { timeoutMs?: number }): Promise<Verdict> {
  await reached(world, options);
  await eventually(() => isQuiet(world), { timeoutMs: 30_000, intervalMs: 250 }).catch(() => undefined);
  return verdictOf(world);
}

const OUTBOX = 'SELECT FROM messaging.outbox LIMIT 1';

/** Nothing waits to be published, nothing is on a queue or with a consumer. */
async function isQuiet(world: World): Promise<boolean> {
  for (const service of Object.keys(world.stack.topologies))
    if ((await world.query(service, OUTBOX)).length > 0) return false;
  return queuesAreEmpty(world);
}

/** By the broker's figures, which lag behind by up to five seconds. */
export async function queuesAreEmpty({ broker }: World): Promise<boolean> {
  return Object.entries(await broker.depths()).every(([name, messages]) => name.endsWith('.dead') || messages === 0);
}
