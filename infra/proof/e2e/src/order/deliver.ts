import { CLOUDEVENTS_CONTENT_TYPE, type Event } from '@tributary/contracts';
import { connectAmqp } from '@tributary/testing';
import type { ConfirmChannel } from 'amqplib';

/** A fact as it stands in the log. */
export interface Recorded {
  event: Event;
  body: Buffer;
  headers: Record<string, unknown>;
}

/** Puts facts where one service finds them, and nobody else: as `catch-up` does. For analytics that is the event log. */
export interface Courier extends AsyncDisposable {
  deliver(service: string, ...facts: (Event | Recorded)[]): Promise<void>;
  /** The facts in the log up to, and without, an offset. */
  read(end: number): Promise<Recorded[]>;
}

/** Leads to the event log alone, and leaves a fact's routing key as it is: one that names another type is no fact to a reader of the log. */
const LOG_ONLY = 'proof.log-only';

/** @param amqpUrl of an administrator: no service may do this */
export async function courier(amqpUrl: string): Promise<Courier> {
  const connection = await connectAmqp(amqpUrl);
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange(LOG_ONLY, 'fanout', { autoDelete: true });
  await channel.bindQueue('events.log', LOG_ONLY, '');
  return {
    async deliver(service, ...facts) {
      for (const fact of facts) send(channel, service, 'body' in fact ? fact : justStated(fact));
      await channel.waitForConfirms();
    },
    async read(end) {
      const reading = await connection.createChannel();
      await reading.prefetch(500);
      const facts: Recorded[] = [];
      const { promise: done, resolve } = Promise.withResolvers<void>();
      const position = { 'x-stream-offset': 'first' };
      await reading.consume(
        'events.log',
        (message) => {
          if (!message) return;
          reading.ack(message);
          const { 'x-stream-offset': offset, ...headers } = message.properties.headers as Record<string, unknown>;
          if (Number(offset) < end)
            facts.push({ event: JSON.parse(message.content.toString()) as Event, body: message.content, headers });
          if (Number(offset) >= end - 1) resolve();
        },
        { arguments: position },
      );
      await done;
      await reading.close();
      return facts;
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

const justStated = (event: Event): Recorded => ({ event, body: Buffer.from(JSON.stringify(event)), headers: {} });

function send(channel: ConfirmChannel, service: string, { event: { id, type }, body, headers }: Recorded): void {
  const properties = { messageId: id, type, contentType: CLOUDEVENTS_CONTENT_TYPE, persistent: true, headers };
  if (service === 'analytics') channel.publish(LOG_ONLY, type, body, properties);
  else channel.publish(`${service}.return`, `${service}.${type}`, body, properties);
}
