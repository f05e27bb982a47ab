import type { Span } from '@tributary/local';
import { json } from './addresses.ts';

interface JaegerTrace {
  spans: {
    spanID: string;
    traceID: string;
    operationName: string;
    processID: string;
    references: { refType: string; spanID: string }[];
    /** Microseconds. */
    startTime: number;
    duration: number;
    tags: { key: string; value: unknown }[];
  }[];
  processes: Record<string, { serviceName: string }>;
}

/** What Jaeger has of a trace so far; empty while it knows nothing of it. */
export async function traceIn(jaeger: string, traceId: string): Promise<Span[]> {
  const { data } = await json<{ data: JaegerTrace[] }>(`${jaeger}/api/traces/${traceId}`).catch(() => ({ data: [] }));
  return data.flatMap(({ spans, processes }) =>
    spans.map((span) => ({
      traceId: span.traceID,
      spanId: span.spanID,
      parentSpanId: span.references.find(({ refType }) => refType === 'CHILD_OF')?.spanID,
      name: span.operationName,
      service: processes[span.processID]?.serviceName ?? '?',
      start: span.startTime / 1000,
      duration: span.duration / 1000,
      failed: span.tags.some(({ key, value }) => key === 'error' && value === true),
    })),
  );
}
