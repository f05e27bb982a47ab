import { type Attributes, type MeterProvider, metrics } from '@opentelemetry/api';

export interface RecordedCount {
  name: string;
  attributes: Attributes;
}

/** Keeps what every counter of this process counts from now on; `dispose` ends that. Before `startTelemetry`, which makes the counters. */
export function recordCounts(): { counts: RecordedCount[]; dispose(): void } {
  const counts: RecordedCount[] = [];
  const createCounter = (name: string) => ({
    add: (_value: number, attributes: Attributes = {}) => counts.push({ name, attributes }),
  });
  const createHistogram = () => ({ record: () => undefined });
  metrics.disable();
  metrics.setGlobalMeterProvider({ getMeter: () => ({ createCounter, createHistogram }) } as unknown as MeterProvider);
  return { counts, dispose: () => metrics.disable() };
}
