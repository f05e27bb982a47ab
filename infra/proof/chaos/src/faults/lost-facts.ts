import { eventually } from '@tributary/testing';
import type { Fault, Note } from '../run/fault.ts';
import type { Target } from '../run/target.ts';

/** A service binds its queues again within 30 s. */
const BOUND_AGAIN_MS = 45_000;
/** So many signups later at least one fact has passed by. */
const PASSED_BY = 5;
/** The broker's and ours, in containers. */
const CLOCKS_DIFFER_MS = 10_000;

/** What is published now passes by the queue. The service binds it again by itself; what was missed comes by `catch-up`. */
export const bindingDeleted = (queue: string): Fault => ({
  what: `binding of ${queue} deleted`,
  async begin(target, note) {
    const since = new Date(Date.now() - CLOCKS_DIFFER_MS);
    await eventually(() => letFactsPass(target, queue), { timeoutMs: 60_000, intervalMs: 250 });
    return async () => {
      await eventually(() => isBound(target, queue), { timeoutMs: BOUND_AGAIN_MS, intervalMs: 250 }).catch(() =>
        note(`${queue} was not bound again within ${BOUND_AGAIN_MS / 1000} s`),
      );
      await catchUp(target, queue, since, note);
    };
  },
});

/**
 * The queue and all that waits in it are gone, and its consumer is cancelled. An operator runs `setup`, which makes it again and fills
 * it from the log; the service reads it again by itself. (Made again within 50 ms it would not even be told, seen on RabbitMQ 3.10: the
 * broker then hands it messages that never arrive, and no client can see that.)
 */
export const queueDeleted = (queue: string): Fault => ({
  what: `queue ${queue} deleted`,
  async begin(target, note) {
    await target.broker.deleteQueue(queue);
    const queues = await target.broker.queues();
    if (queues.some(({ name }) => name === queue)) throw new Error(`${queue} is still there`);
    return async () => {
      const said = await target.command(serviceOf(queue), ['setup']);
      if (!said.includes(`created queue ${queue}`)) note(`setup did not make ${queue} again: ${said}`);
      await eventually(async () => (await consumersOf(target, queue)) > 0, {
        timeoutMs: 45_000,
        intervalMs: 250,
      }).catch(() => note(`${queue} is not read any more`));
    };
  },
});

const serviceOf = (queue: string) => queue.split('.')[0] ?? '';

const isBound = async ({ broker }: Target, queue: string) =>
  (await broker.bindings()).some(({ source, destination }) => source === 'events' && destination === queue);

/** False when the service bound its queue again before anybody's fact could pass by. */
async function letFactsPass(target: Target, queue: string): Promise<boolean> {
  await target.broker.deleteBinding('events', queue);
  const accepted = () => target.ledger.accepted.length;
  const enough = accepted() + PASSED_BY;
  await eventually(() => accepted() >= enough, { timeoutMs: 30_000 });
  return !(await isBound(target, queue));
}

async function catchUp(target: Target, queue: string, since: Date, note: Note): Promise<void> {
  const said = await target.command(serviceOf(queue), ['catch-up', '--since', since.toISOString()]);
  const missing = /([\d,]+) put into the queues/.exec(said)?.[1];
  if (missing === undefined || missing === '0') note(`catch-up found nothing that ${queue} had missed: ${said}`);
}

const consumersOf = async ({ broker }: Target, queue: string) =>
  (await broker.consumers()).filter((it) => it.queue.name === queue).length;
