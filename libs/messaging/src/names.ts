/** The one topic exchange every fact is published to; the routing key is the event's type. */
export const EVENTS_EXCHANGE = 'events';
/** The stream bound to `#`: every fact, in the order the broker took it, for as long as its retention says. */
export const EVENT_LOG = 'events.log';

/** AMQP headers of ours. `traceparent` and `tracestate` beside them are W3C Trace Context. */
export const Header = {
  /** When the relay handed the fact to the broker, Unix milliseconds: AMQP's own `timestamp` has whole seconds. */
  publishedAt: 'tributary-published-at',
  /** How many deliveries of this message have failed so far. Kept in the message, so replicas do not multiply it. */
  attempts: 'tributary-attempts',
  /** The queue whose handler failed. */
  sourceQueue: 'tributary-source-queue',
  /** Why it is dead: one of `DeadReason`. */
  reason: 'tributary-reason',
  /** The last error, class and message, cut to 500 characters. As personal as the body beside it. */
  error: 'tributary-error',
  /** When it was declared dead, Unix milliseconds. */
  failedAt: 'tributary-failed-at',
} as const;

export const subscriptionQueue = (service: string, event: string) => `${service}.${event}`;
/** Fanout exchange and queue of one backoff tier share the name. */
export const retryTier = (service: string, delayMs: number) => `${service}.retry.${delayMs}`;
/** Fanout exchange and queue of the dead letters share the name. */
export const deadLetters = (service: string) => `${service}.dead`;
/** Where backoff tiers hand messages back: direct, bound by queue name. */
export const returnExchange = (service: string) => `${service}.return`;
