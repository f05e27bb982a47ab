import { envelope, type Event } from '@tributary/contracts';
import type { ConsumeMessage } from 'amqplib';
import { Header } from './names.ts';

/** One record of the event log, in log order. */
export interface LogRecord {
  /** Its place in the log, from 0 upwards; the broker leaves some numbers out. A fact that was published twice has two. */
  offset: number;
  /** The envelope is what its schema says; `data` is as it came, and its type may be one that nobody here knows. */
  event: Event;
  /** The bytes on the wire. */
  body: Buffer;
  /** When the relay handed it to the broker, where the producer says so. */
  publishedAt?: Date;
  /** W3C trace context of the message. */
  traceparent?: string;
}

/** @returns undefined for a message that is no event: anybody who may publish can put one there, and nothing removes it. */
export function readRecord(message: ConsumeMessage): LogRecord | undefined {
  const { content: body, properties } = message;
  const event = readEnvelope(body);
  if (!event) return undefined;
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

/** Every message of a stream has it. */
export function offsetOf({ properties }: ConsumeMessage): number {
  return (properties.headers as Record<string, number>)['x-stream-offset'] ?? 0;
}

function readEnvelope(body: Buffer): Event | undefined {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    const { success, data } = envelope.safeParse(json);
    return success ? { ...data, data: (json as { data?: unknown }).data } : undefined;
  } catch {
    return undefined;
  }
}
