import { type Event, InvalidEvent, readFact } from '@tributary/contracts';
import type { ConsumeMessage } from 'amqplib';
import { Header } from './names.ts';
import { parseJson } from './read-event.ts';

/** One record of the event log, in log order. */
export interface LogRecord {
  /** Its place in the log, from 0 upwards; the broker leaves some numbers out. A fact that was published twice has two. */
  offset: number;
  /** As its contract says, where the catalog has one; of another type only the envelope was looked at. */
  event: Event;
  /** The bytes on the wire. */
  body: Buffer;
  /** When the relay handed it to the broker, where the producer says so. */
  publishedAt?: Date;
  /** W3C trace context of the message. */
  traceparent?: string;
}

/**
 * The log takes whatever is published, and nothing removes it: what the service that hears it would call dead is no fact here either.
 * @throws Unreadable | InvalidEvent
 */
export function readRecord(message: ConsumeMessage): LogRecord {
  const { content: body, fields, properties } = message;
  const event = readFact(parseJson(body));
  // A login may state its own nouns only, and the broker looks at the routing key.
  if (event.type !== fields.routingKey) throw new InvalidEvent(`a fact of another type than its routing key says`);
  const { [Header.publishedAt]: publishedMs, traceparent } = properties.headers ?? {};
  const publishedAt = new Date(typeof publishedMs === 'number' ? publishedMs : NaN);
  return {
    offset: offsetOf(message),
    event,
    body,
    ...(!Number.isNaN(publishedAt.getTime()) && { publishedAt }),
    ...(typeof traceparent === 'string' && { traceparent }),
  };
}

/** The same for who has nothing to say about what is no fact. */
export function tryRecord(message: ConsumeMessage): LogRecord | undefined {
  try {
    return readRecord(message);
  } catch {
    return undefined;
  }
}

/** Every message of a stream has it. */
export function offsetOf({ properties }: ConsumeMessage): number {
  return (properties.headers as Record<string, number>)['x-stream-offset'] ?? 0;
}
