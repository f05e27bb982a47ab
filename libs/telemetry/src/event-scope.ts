import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context } from '@opentelemetry/api';
import { headersOf, type TraceHeaders } from './trace-context.ts';

/** The part of an event that logs and traces need; every `Event` of the contracts has it. */
export interface ScopedEvent {
  id: string;
  type: string;
  correlationid: string;
}

const remembered = new WeakMap<object, Context>();
const running = new Map<string, Context>();
const scope = new AsyncLocalStorage<{ event: ScopedEvent; trace: Context }>();

/** The event that is being handled here, if any: its ids go into every log line. */
export function eventInScope(): ScopedEvent | undefined {
  return scope.getStore()?.event;
}

/**
 * Ties the active trace to this event object, until `traceFor` asks. For facts that no other fact caused, when the
 * place that stores them runs for several requests at once (a group commit) and its active span means nothing.
 */
export function rememberTrace(event: object): void {
  remembered.set(event, context.active());
}

/**
 * Runs `work` as the handling of `event`: `trace` is active, log lines carry the event's ids, and facts that name the
 * event as their cause belong to `trace`, wherever they are stored meanwhile.
 */
export async function inEventScope<Result>(
  event: ScopedEvent,
  trace: Context,
  work: () => Promise<Result>,
): Promise<Result> {
  running.set(event.id, trace);
  try {
    return await context.with(trace, () => scope.run({ event, trace }, work));
  } finally {
    // A redelivery may run beside the first attempt: only the last one to start is ours to remove.
    if (running.get(event.id) === trace) running.delete(event.id);
  }
}

/**
 * The trace a stated fact belongs to: the one remembered for this object, else that of the running event which caused
 * it, else the active one. Whichever span happens to be active says nothing where work of several events is coalesced.
 */
export function traceFor(event: { causationid?: string }): TraceHeaders {
  return headersOf(remembered.get(event) ?? causeOf(event.causationid) ?? context.active());
}

function causeOf(id: string | undefined): Context | undefined {
  if (id === undefined) return undefined;
  const here = scope.getStore();
  // Two services in one process may handle the same event at once: the scope we are in knows which of them asks.
  return here?.event.id === id ? here.trace : running.get(id);
}
