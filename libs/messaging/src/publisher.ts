import { contextFrom, currentTrace, withSendSpan } from '@tributary/telemetry';
import { ConfirmingConnection, type SenderOptions } from './confirming-connection.ts';
import { blockedBy, NO_BROKER } from './kept-connection.ts';
import { logIsReady } from './log-ready.ts';

export type PublisherOptions = SenderOptions;

/** One message as the outbox stored it. */
export interface PublishedMessage {
  exchange: string;
  /** The event's type. */
  routingKey: string;
  /** Sent byte for byte. */
  body: Buffer;
  /** The event's id. */
  messageId: string;
  /** The event's type again, as AMQP's `type` property. */
  type: string;
  /** When the fact was stated; AMQP keeps whole seconds. */
  timestamp?: Date;
  contentType: string;
  /**
   * `traceparent` and `tracestate` in it are the trace the fact belongs to. They become the parent of the `send` span, and the
   * message carries that span's own context instead: `process` is below `send`, each hop of a trace is visible.
   */
  headers?: Record<string, unknown>;
}

export interface PublisherStatus {
  connected: boolean;
  /** The broker has an alarm and takes nothing: no confirm comes before it is over. */
  blocked: boolean;
  /** In fixed words, for the readiness answer. */
  problems: string[];
}

/** Publishes messages that are persistent, mandatory and confirmed, at most `window` of them at once. */
export class Publisher {
  readonly #connection: ConfirmingConnection;

  constructor(options: PublisherOptions) {
    this.#connection = new ConfirmingConnection(options, logIsReady);
  }

  /** Resolves when the first attempt is over, either way: a broker that is away is tried again until `close`. */
  connect(): Promise<void> {
    return this.#connection.open();
  }

  /**
   * Resolves when the broker has the message safe in every queue bound for it.
   * @throws Unroutable | Nacked: it is in no queue, or not in all. ConfirmTimeout | Disconnected: nobody knows; publish it again.
   */
  publish(message: PublishedMessage): Promise<void> {
    const { exchange, routingKey, body, messageId, type, timestamp, contentType, headers } = message;
    const facts = { destination: exchange, routingKey, messageId, bodySize: body.length };
    return withSendSpan(facts, contextFrom(headers), () =>
      this.#connection.send({
        exchange,
        routingKey,
        body,
        properties: {
          messageId,
          type,
          contentType,
          ...(timestamp && { timestamp: Math.floor(timestamp.getTime() / 1000) }),
          headers: { ...headers, ...currentTrace() },
        },
      }),
    );
  }

  status(): PublisherStatus {
    const { problem, alarm, overdue } = this.#connection;
    const problems = problem ? [NO_BROKER] : [];
    if (alarm) problems.push(blockedBy(alarm));
    if (overdue) problems.push(`messages the broker has not confirmed in time: ${overdue}`);
    return { connected: !problem, blocked: alarm !== undefined, problems };
  }

  /** Waits for the confirms of what was published (at most 2 s), then closes; what has none is rejected. */
  close(): Promise<void> {
    return this.#connection.close();
  }
}
