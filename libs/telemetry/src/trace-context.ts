import { type Context, context, defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

/** A W3C trace context as it is stored in an outbox row and sent in headers: https://www.w3.org/TR/trace-context/ */
export interface TraceHeaders {
  traceparent?: string;
  tracestate?: string;
}

// Not the global propagator: what is stored must not depend on OTEL_PROPAGATORS of the process that reads it.
export const w3c = new W3CTraceContextPropagator();

/** @returns `{}` when the context has no valid span. */
export function headersOf(source: Context): TraceHeaders {
  const headers: TraceHeaders = {};
  w3c.inject(source, headers, defaultTextMapSetter);
  return headers;
}

/** The trace of the active context, ready to be stored or sent. `{}` outside any trace. */
export function currentTrace(): TraceHeaders {
  return headersOf(context.active());
}

/** The context that HTTP or AMQP headers carry, never mixed with the active one; an empty one when they carry none. */
export function contextFrom(headers: object | undefined): Context {
  return headers ? w3c.extract(ROOT_CONTEXT, headers, defaultTextMapGetter) : ROOT_CONTEXT;
}
