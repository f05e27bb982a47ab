import { logger } from '@tributary/telemetry';
import type { ConsumeMessage } from 'amqplib';
import type { ConfirmingConnection } from './confirming-connection.ts';
import { type Verdict, verdictOn } from './delivery-policy.ts';
import type { Delivery } from './delivery.ts';
import { propertiesForAnotherTrip } from './message-headers.ts';
import { deadLetters, Header, retryTier } from './names.ts';

const log = logger('messaging');

/** Carries out the delivery policy: a failed delivery is confirmed in a backoff tier or among the dead before it is acked. */
export class FailedDeliveries {
  readonly #service: string;
  readonly #retryDelaysMs: readonly number[];
  readonly #sender: ConfirmingConnection;

  constructor(service: string, retryDelaysMs: readonly number[], sender: ConfirmingConnection) {
    this.#service = service;
    this.#retryDelaysMs = retryDelaysMs;
    this.#sender = sender;
  }

  verdictOn(delivery: Delivery, error: unknown): Verdict {
    return verdictOn(error, delivery.attempt, this.#retryDelaysMs);
  }

  /** Resolves when the message is safe elsewhere and may be acked. @throws when it is not: it must go back to its queue. */
  async moveOn(message: ConsumeMessage, delivery: Delivery, error: unknown, verdict: Verdict): Promise<void> {
    const about = {
      queue: delivery.queue,
      attempt: delivery.attempt,
      messageId: message.properties.messageId,
      err: error,
    };
    if (verdict.to === 'dead') {
      log.error({ ...about, reason: verdict.reason }, 'a message is dead');
      await this.#send(message, deadLetters(this.#service), delivery, {
        [Header.sourceQueue]: delivery.queue,
        [Header.reason]: verdict.reason,
        [Header.error]: describe(error),
        [Header.failedAt]: Date.now(),
      });
    } else {
      log.warn({ ...about, delayMs: verdict.delayMs }, 'a delivery failed and will be tried again');
      await this.#send(message, retryTier(this.#service, verdict.delayMs), delivery, {});
    }
  }

  #send({ content, properties }: ConsumeMessage, exchange: string, delivery: Delivery, more: object): Promise<void> {
    return this.#sender.send({
      exchange,
      // The way back: the return exchange knows the service's queues by name.
      routingKey: delivery.queue,
      body: content,
      properties: propertiesForAnotherTrip(properties, { ...more, [Header.attempts]: delivery.attempt }),
    });
  }
}

function describe(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, 500);
}
