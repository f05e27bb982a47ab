import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startStack, type Stack } from '@tributary/local';
import { Publisher } from '@tributary/messaging';
import { connectAmqp, eventually } from '@tributary/testing';
import type { Channel } from 'amqplib';

const RESTARTS = 4;
const AT_ONCE = 20;
const TYPE = 'user.signed-up.v1';

let stack: Stack;
let publisher: Publisher;
const confirmed = new Set<string>();

beforeAll(async () => {
  stack = await startStack({ only: ['broker'], label: 'every-fact-in-the-log' });
  await onChannel(async (channel) => {
    await channel.assertExchange('events', 'topic');
    await channel.assertQueue('events.log', { arguments: { 'x-queue-type': 'stream' } });
    await channel.assertQueue('reader', { arguments: { 'x-queue-type': 'quorum' } });
    // As many queues as four services have: with one only, the log is as ready as it.
    for (let n = 0; n < 20; n++) await channel.assertQueue(`other-${n}`, { arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue('reader', 'events', '#');
    await channel.bindQueue('events.log', 'events', '#');
  });
  // A broker that is killed in the first seconds of a stream does not find it again (RabbitMQ 3.10.8): it ends in good order once.
  await stack.restart('rabbitmq');
  publisher = await firstToConnect();
});
afterAll(async () => {
  await publisher.close();
  await stack.stop();
});

it('every fact that was confirmed is in the event log, however early it came after a restart of the broker', async () => {
  const stop = new AbortController();
  const publishers = Array.from({ length: AT_ONCE }, () => publishUntil(stop.signal));
  for (let n = 0; n < RESTARTS; n++) {
    const before = confirmed.size;
    await stack.kill('rabbitmq');
    await publisher.close();
    [publisher] = await Promise.all([firstToConnect(), stack.start('rabbitmq')]);
    await eventually(() => confirmed.size > before + 500, { timeoutMs: 30_000 });
  }
  stop.abort();
  await Promise.all(publishers);
  await eventually(() => onChannel((channel) => channel.checkQueue('events.log')), { timeoutMs: 30_000 });

  const logged = await everythingLogged();
  expect([...confirmed].filter((id) => !logged.has(id))).toEqual([]);
});

/** A relay that comes back at the worst moment: as soon as the broker listens. */
async function firstToConnect(): Promise<Publisher> {
  for (;;) {
    const early = new Publisher({ url: stack.urls.amqp, name: 'a relay' });
    await early.connect();
    if (early.status().connected) return early;
    await early.close();
  }
}

/** What a relay does: whatever is not confirmed is published again. */
async function publishUntil(signal: AbortSignal): Promise<void> {
  for (let messageId = randomUUID(); !signal.aborted;) {
    try {
      const body = Buffer.from('{}');
      await publisher.publish({
        exchange: 'events',
        routingKey: TYPE,
        type: TYPE,
        contentType: 'x/y',
        body,
        messageId,
      });
      confirmed.add(messageId);
      messageId = randomUUID();
    } catch {
      await new Promise((resolve) => setImmediate(resolve)); // the broker is away: asked again, as soon as can be
    }
  }
}

/** Reads until it comes to a fact that is stated now. */
async function everythingLogged(): Promise<Set<string>> {
  const last = randomUUID();
  await publisher.publish({
    ...{ exchange: 'events', routingKey: TYPE, type: TYPE, contentType: 'x/y' },
    ...{ body: Buffer.from('{}'), messageId: last },
  });
  const ids = new Set<string>();
  await onChannel(async (channel) => {
    await channel.prefetch(500);
    const end = Promise.withResolvers<void>();
    const take = (message: { properties: { messageId: string } } | null) => {
      if (!message) return end.reject(new Error('the log is gone'));
      ids.add(message.properties.messageId);
      channel.ack(message as Parameters<Channel['ack']>[0]);
      if (message.properties.messageId === last) end.resolve();
    };
    await channel.consume('events.log', take, { arguments: { 'x-stream-offset': 'first' } });
    await end.promise;
  });
  return ids;
}

async function onChannel<Result>(work: (channel: Channel) => Promise<Result>): Promise<Result> {
  const connection = await connectAmqp(stack.urls.amqp);
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined); // `work` is told
    return await work(channel);
  } finally {
    await connection.close();
  }
}
