import { type BatchObservableResult, metrics } from '@opentelemetry/api';

const meter = () => metrics.getMeter('tributary');

// https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/ for the messaging.* ones.
function createInstruments() {
  return {
    sent: meter().createCounter('messaging.client.sent.messages', {
      unit: '{message}',
      description: 'Messages given to the broker, confirmed or not (then with error.type).',
    }),
    consumed: meter().createCounter('messaging.client.consumed.messages', {
      unit: '{message}',
      description: 'Messages delivered to a handler.',
    }),
    processDuration: meter().createHistogram('messaging.process.duration', {
      unit: 's',
      description: 'Time a handler took.',
      advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] },
    }),
    deliveries: meter().createCounter('tributary.deliveries', {
      unit: '{delivery}',
      description: 'Deliveries by what became of them: done, duplicate, retried or dead.',
    }),
  };
}

// The metrics API has no proxies: instruments made before the SDK is registered stay no-ops for ever.
export let instruments = createInstruments();
export function bindInstruments(): void {
  instruments = createInstruments();
}

export type DeliveryOutcome = 'done' | 'duplicate' | 'retried' | 'dead';

/** Counts what became of one delivery from `queue`; a dead one with its reason. */
export function countDelivery(queue: string, outcome: DeliveryOutcome, reason?: string): void {
  instruments.deliveries.add(1, { 'messaging.destination.name': queue, outcome, ...(reason && { reason }) });
}

/**
 * Reports `tributary.outbox.oldest_age`: seconds since the oldest fact not yet known to be published was stated, 0 when
 * there is none. `read` is asked at every export (a failing read leaves a gap). Call after `startTelemetry`.
 * @returns a function that stops the reporting
 */
export function observeOutboxAge(read: () => Promise<number>): () => void {
  const gauge = meter().createObservableGauge('tributary.outbox.oldest_age', {
    unit: 's',
    description: 'Age of the oldest fact that is not known to be published.',
  });
  const observe = async (result: BatchObservableResult) => result.observe(gauge, await read());
  meter().addBatchObservableCallback(observe, [gauge]);
  return () => meter().removeBatchObservableCallback(observe, [gauge]);
}
