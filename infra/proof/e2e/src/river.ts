import type { Event } from '@tributary/contracts';
import { connectAmqp } from '@tributary/testing';
import type { MessageProperties } from 'amqplib';

export interface Fact {
  event: Event<string, { userId?: string; kind?: string }>;
  properties: MessageProperties;
}

/** A foreign consumer: everything that is stated, heard on a queue of its own with nothing but AMQP and JSON. */
export interface River extends AsyncDisposable {
  facts: Fact[];
  about(userId: string): Fact[];
  /** The same in words, `mail.sent.v1 welcome ← /email`, sorted. */
  saidAbout(userId: string): string[];
}

export async function listenToRiver(amqpUrl: string): Promise<River> {
  const connection = await connectAmqp(amqpUrl);
  connection.on('error', () => undefined); // the proof kills the broker
  const channel = await connection.createChannel();
  const facts: Fact[] = [];
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'events', '#');
  await channel.consume(
    queue,
    (message) => {
      const event = message && parse(message.content);
      if (event) facts.push({ event, properties: message.properties });
    },
    { noAck: true },
  );
  const about = (userId: string) => facts.filter(({ event }) => event.data?.userId === userId);
  return {
    facts,
    about,
    saidAbout: (userId) => about(userId).map(inWords).sort(),
    [Symbol.asyncDispose]: () => connection.close().catch(() => undefined),
  };
}

const inWords = ({ event: { type, source, data } }: Fact) => [type, data.kind, '←', source].filter(Boolean).join(' ');

function parse(body: Buffer): Fact['event'] | undefined {
  try {
    return JSON.parse(body.toString()) as Fact['event'];
  } catch {
    return undefined; // the proof also states garbage
  }
}
