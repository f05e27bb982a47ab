import { randomBytes } from 'node:crypto';
import {
  type Attributes,
  type Context,
  type SpanKind,
  type SpanOptions,
  type SpanStatus,
  SpanStatusCode,
  trace,
  type TracerProvider,
} from '@opentelemetry/api';

/** What a real tracer would export. */
export interface RecordedSpan {
  name: string;
  kind: SpanKind | undefined;
  traceId: string;
  spanId: string;
  parent: string | undefined;
  attributes: Attributes;
  failed: boolean;
  /** What it tells of its failure, and of whatever was thrown. */
  problem: string | undefined;
  exception: unknown;
  ended: boolean;
}

/**
 * Keeps every span of this process from now on, in order of their starts; `dispose` ends that. After `startTelemetry`, which sets the
 * propagator. For the spans of another process there is `spanSink`.
 */
export function recordSpans(): { spans: RecordedSpan[]; dispose(): void } {
  const spans: RecordedSpan[] = [];
  const startSpan = (name: string, { kind, attributes = {} }: SpanOptions, context: Context) => {
    const parent = trace.getSpanContext(context);
    const traceId = parent?.traceId ?? randomBytes(16).toString('hex');
    const spanId = randomBytes(8).toString('hex');
    const span: RecordedSpan = {
      ...{ name, kind, traceId, spanId, parent: parent?.spanId },
      ...{ attributes: { ...attributes }, failed: false, problem: undefined, exception: undefined, ended: false },
    };
    spans.push(span);
    return Object.assign(trace.wrapSpanContext({ traceId, spanId, traceFlags: 1 }), {
      isRecording: () => true,
      setAttribute: (key: string, value: string) => (span.attributes[key] = value),
      setStatus: ({ code, message }: SpanStatus) => {
        span.failed = code === SpanStatusCode.ERROR;
        span.problem = message;
      },
      recordException: (exception: unknown) => (span.exception = exception),
      end: () => (span.ended = true),
    });
  };
  trace.disable();
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) } as unknown as TracerProvider);
  return { spans, dispose: () => trace.disable() };
}
