import { connect, type Message } from 'amqplib';
import type { Event } from '@tributary/contracts';

/** A fact, as it passed through the broker. */
export interface SeenFact {
  event: Event;
  /** Unix milliseconds. */
  at: number;
  /** From the W3C trace context beside it. */
  traceId: string | undefined;
}

export interface FactWatch {
  /** Of one conversation: the signup and everything that followed from it. */
  of: (correlation: (first: SeenFact) => boolean) => SeenFact[];
  close: () => Promise<void>;
}

/** A private queue that hears every fact: whoever listens changes nothing for anybody else. */
export async function watchFacts(amqpUrl: string): Promise<FactWatch> {
  const seen: SeenFact[] = [];
  const connection = await connect(amqpUrl);
  connection.on('error', () => undefined);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'events', '#');
  const take = ({ content, properties }: Message) => {
    const traceparent: unknown = properties.headers?.['traceparent'];
    const traceId = typeof traceparent === 'string' ? traceparent.split('-')[1] : undefined;
    seen.push({ event: JSON.parse(content.toString()) as Event, at: Date.now(), traceId });
  };
  await channel.consume(queue, (message) => message && take(message), { noAck: true });
  return {
    of: (isFirst) => {
      const first = seen.find(isFirst);
      return first ? seen.filter(({ event }) => event.correlationid === first.event.correlationid) : [];
    },
    close: () => connection.close(),
  };
}
