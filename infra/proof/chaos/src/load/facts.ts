import { randomUUID } from 'node:crypto';
import type { ChannelModel } from 'amqplib';

const TYPE = 'user.signed-up.v1';
/** Facts that are sent before their confirms are waited for. */
const WINDOW = 2_000;

/** A queue like a service's own, which gets every signup and which nobody reads but the measurement. */
export const RAW_QUEUE = 'backlog-without-a-service';

export async function declareRawQueue(amqp: ChannelModel): Promise<void> {
  const channel = await amqp.createChannel();
  await channel.assertQueue(RAW_QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(RAW_QUEUE, 'events', TYPE);
  await channel.close();
}

/** States that so many people have signed up, each somebody of their own. Resolves when the broker has all of them. */
export async function stateSignups(amqp: ChannelModel, count: number, signal: AbortSignal): Promise<void> {
  const channel = await amqp.createConfirmChannel();
  for (let n = 0; n < count; n++) {
    const { id, body } = signedUp();
    channel.publish('events', TYPE, body, {
      messageId: id,
      type: TYPE,
      contentType: 'application/cloudevents+json',
      persistent: true,
    });
    if (n % WINDOW === WINDOW - 1) {
      await channel.waitForConfirms();
      signal.throwIfAborted();
    }
  }
  await channel.waitForConfirms();
  await channel.close();
}

/** As a producer writes it who has nothing of ours. */
function signedUp(): { id: string; body: Buffer } {
  const [id, userId] = [randomUUID(), randomUUID()];
  const who = userId.slice(0, 8);
  const fact = {
    specversion: '1.0',
    id,
    source: '/signup',
    type: TYPE,
    time: new Date().toISOString(),
    subject: userId,
    datacontenttype: 'application/json',
    correlationid: id,
    data: { userId, email: `${userId}@example.com`, displayName: `Person ${who}`, workspaceName: `Works of ${userId}` },
  };
  return { id, body: Buffer.from(JSON.stringify(fact)) };
}
