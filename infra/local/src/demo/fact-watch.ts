import { connect } from 'amqplib';
import type { Event } from '@tributary/contracts';

/** A fact, as it passed through the broker. */
export interface SeenFact {
  event: Event;
  /** Unix milliseconds. */
  at: number;
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
  const take = (content: Buffer) => seen.push({ event: JSON.parse(content.toString()) as Event, at: Date.now() });
  await channel.consume(queue, (message) => message && take(message.content), { noAck: true });
  return {
    of: (isFirst) => {
      const first = seen.find(isFirst);
      return first ? seen.filter(({ event }) => event.correlationid === first.event.correlationid) : [];
    },
    close: () => connection.close(),
  };
}
