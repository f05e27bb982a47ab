import {
  type Attributes,
  type Context,
  context,
  type Link,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { describeError } from './describe-error.ts';

export interface SpanSettings {
  kind?: SpanKind;
  attributes?: Attributes;
  /** The active context unless given. */
  parent?: Context;
  links?: Link[];
}

/**
 * Runs `work` inside a new span, which ends with it. A failure is recorded on the span and thrown on.
 * Without a configured exporter the span is a no-op that passes an incoming trace on.
 */
export async function withSpan<Result>(
  name: string,
  { kind, attributes, parent = context.active(), links }: SpanSettings,
  work: (span: Span) => Result | Promise<Result>,
): Promise<Result> {
  const span = trace.getTracer('tributary').startSpan(name, { kind, attributes, links }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span));
  } catch (error) {
    recordFailure(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Marks the span as failed: error status, `error.type`, and the exception without personal data. */
export function recordFailure(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  const { type, message, stack } = describeError(error);
  span.setAttribute('error.type', errorType(error));
  span.recordException({ name: type, message, stack });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** Low-cardinality name of a failure: its code where it has one (`ECONNREFUSED`, `P2002`), else its class. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code !== '' ? code : error.name;
}
