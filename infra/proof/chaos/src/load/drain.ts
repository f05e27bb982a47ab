import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelModel } from 'amqplib';

/** How fast something was worked off. */
export interface Rate {
  facts: number;
  perSecond: number;
}

const LOOK_EVERY_MS = 200;
const TELL_EVERY_MS = 10_000;
/** A consumer that has not got one fact further by then has stopped. */
const STANDSTILL_MS = 60_000;

/**
 * What can be had without doing anything: as many messages of the queue as are told, each acknowledged by itself.
 * @param options.from where a stream is read from
 */
export async function rawDrain(
  amqp: ChannelModel,
  queue: string,
  { count, prefetch, from }: { count: number; prefetch: number; from?: number },
): Promise<Rate> {
  const channel = await amqp.createChannel();
  await channel.prefetch(prefetch);
  const began = performance.now();
  let seen = 0;
  await new Promise<void>((resolve, reject) => {
    channel.once('error', reject);
    const args = from === undefined ? {} : { 'x-stream-offset': from };
    const take = (message: Parameters<Parameters<typeof channel.consume>[1]>[0]) => {
      if (!message) return reject(new Error(`the broker ended the subscription to ${queue}`));
      channel.ack(message);
      if (++seen === count) resolve();
    };
    channel.consume(queue, take, { arguments: args }).catch(reject);
  });
  const seconds = (performance.now() - began) / 1000;
  await channel.checkQueue(queue); // the broker has taken the acks
  await channel.close();
  return { facts: count, perSecond: count / seconds };
}

/**
 * Waits until `handled` says so many. The clock runs from just before the first of them: a start takes what it takes.
 * @throws Error when nothing moves any more, saying how far it got
 */
export async function drained(
  handled: () => Promise<number>,
  target: number,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (handled: number) => void },
): Promise<Rate> {
  const before = await handled();
  let [last, began, movedAt, toldAt] = [before, performance.now(), performance.now(), performance.now()];
  while (last < target) {
    await delay(LOOK_EVERY_MS, undefined, { signal });
    const now = performance.now();
    const count = await handled();
    if (count === before) began = now;
    if (count > last) [last, movedAt] = [count, now];
    if (now - movedAt > STANDSTILL_MS) throw new Error(`It stands still at ${count} of ${target}.`);
    if (now - toldAt < TELL_EVERY_MS) continue;
    toldAt = now;
    onProgress(count - before);
  }
  const facts = last - before;
  return { facts, perSecond: (facts / (performance.now() - began)) * 1000 };
}
