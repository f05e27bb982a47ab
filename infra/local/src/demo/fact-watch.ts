// eslint-disable-next-line no-restricted-imports -- Node runs this file as it is, and cannot load the library that decodes logins
import { connect, type Message } from 'amqplib';
import type { Event } from '@tributary/contracts';

/** A fact, as it passed through the broker. */
export interface SeenFact {
  event: Event;
  /** When it was handed to the broker, Unix milliseconds. */
  at: number;
  /** From the W3C trace context beside it. */
  traceId: string | undefined;
}

export interface FactWatch {
  /** Every fact so far, also those stated before anybody watched. */
  facts: readonly SeenFact[];
  close: () => Promise<void>;
}

/** Reads the event log from its beginning: whoever reads it changes nothing for anybody else. */
export async function watchFacts(amqpUrl: string): Promise<FactWatch> {
  const facts: SeenFact[] = [];
  const connection = await connect(amqpUrl); // a login of the demo's own: ASCII
  connection.on('error', () => undefined);
  const channel = await connection.createChannel();
  await channel.prefetch(100); // a stream is not read without
  const take = (message: Message) => {
    const { traceparent, 'tributary-published-at': publishedAt } = message.properties.headers ?? {};
    const traceId = typeof traceparent === 'string' ? traceparent.split('-')[1] : undefined;
    const at = Number(publishedAt ?? Date.now());
    facts.push({ event: JSON.parse(message.content.toString()) as Event, at, traceId });
    channel.ack(message);
  };
  const options = { arguments: { 'x-stream-offset': 'first' } };
  await channel.consume('events.log', (message) => message && take(message), options);
  return { facts, close: () => connection.close() };
}

/** Of one conversation: the first fact that `isFirst` finds, and everything that followed from it. */
export function conversationOf(facts: readonly SeenFact[], isFirst: (fact: SeenFact) => boolean): SeenFact[] {
  const first = facts.find(isFirst)?.event;
  return first ? facts.filter(({ event }) => event.correlationid === first.correlationid) : [];
}
