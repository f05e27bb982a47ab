import { isSpanContextValid, trace } from '@opentelemetry/api';
import { pino } from 'pino';
import { describeError } from './describe-error.ts';
import { eventInScope } from './event-scope.ts';
import { redact } from './redact.ts';

/** pino's logger without `child`: fields bound to one would pass the redaction by. */
export type Logger = Pick<pino.Logger, pino.Level | 'isLevelEnabled' | 'level'>;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

let service: string | undefined;
const loggers = new Map<string, Logger>();

const root = pino({
  level: 'info',
  base: { pid: process.pid },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: {
    level: (label) => ({ level: label }),
    log: redactFields,
  },
  hooks: {
    logMethod(args, method) {
      // Without a text, pino prints the error's own, unmasked.
      const [first, text] = args as unknown as [unknown, string?];
      const err = first instanceof Error ? first : (first as { err?: unknown } | undefined)?.err;
      if (err === undefined || text !== undefined) return method.apply(this, args);
      return method.apply(this, [first instanceof Error ? { err } : first, describeError(err).message] as never);
    },
  },
  // `log` above has described every error already; pino's default would copy a driver's parameters from it.
  serializers: { err: (error: unknown) => error },
  mixin: whereWeAre,
});

function redactFields(fields: Record<string, unknown>): Record<string, unknown> {
  return redact(fields) as Record<string, unknown>;
}

// https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/
function whereWeAre(): object {
  const span = trace.getActiveSpan()?.spanContext();
  const event = eventInScope();
  return {
    ...(service && { service }),
    ...(span && isSpanContextValid(span) && { trace_id: span.traceId, span_id: span.spanId }),
    ...(event && { event_id: event.id, event_type: event.type, correlation_id: event.correlationid }),
  };
}

/**
 * JSON lines on stdout: level, time (RFC 3339 UTC), pid, name, service, the ids of the trace and of the event in scope,
 * `msg`. Pass errors as `{ err }`. Personal data is removed by field name and from error texts, not from `msg`:
 * never build one from user input.
 */
export function logger(name: string): Logger {
  let found = loggers.get(name);
  if (!found) loggers.set(name, (found = root.child({ name }, { level: root.level })));
  return found;
}

/** Applies to every logger, also to those handed out before. */
export function configureLogging(settings: { level: LogLevel; service: string }): void {
  service = settings.service;
  for (const each of [root, ...loggers.values()]) each.level = settings.level;
}
