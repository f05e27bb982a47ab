import type { Message, Options } from 'amqplib';
import { Header } from './names.ts';

type Headers = Record<string, unknown>;

/** How many deliveries of this message failed before this one. Anything but a count, from a foreign producer, is 0. */
export function attemptsOf(message: Pick<Message, 'properties'>): number {
  const attempts: unknown = message.properties.headers?.[Header.attempts];
  return Number.isSafeInteger(attempts) && (attempts as number) > 0 ? (attempts as number) : 0;
}

/**
 * The headers to publish a message with again. The broker's own (`x-death`, `x-delivery-count`, …) stay behind: with a
 * copied `x-death` RabbitMQ 3.10 sees a cycle and drops the message when it leaves the backoff tier.
 */
export function headersForAnotherTrip(headers: Headers | undefined, more: Headers): Headers {
  const own = Object.entries(headers ?? {}).filter(([name]) => !name.startsWith('x-'));
  return { ...Object.fromEntries(own), ...more };
}

/** What a message says about itself, to publish it with again. */
export function propertiesForAnotherTrip(properties: Message['properties'], more: Headers = {}): Options.Publish {
  const { contentType, contentEncoding, messageId, timestamp, type, correlationId, appId } = properties;
  const headers = headersForAnotherTrip(properties.headers, more);
  return { contentType, contentEncoding, messageId, timestamp, type, correlationId, appId, headers };
}
