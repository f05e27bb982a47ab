import { trace, TraceFlags } from '@opentelemetry/api';
import { catalog, type EventContract } from '@tributary/contracts';
import type { LogRecord } from '@tributary/messaging';
import { contextFrom } from '@tributary/telemetry';
import { z } from 'zod';

/** What is kept of a record: a row of `facts`, by the names of its columns. */
export interface FactRow {
  event_id: string;
  log_offset: number;
  type: string;
  service: string;
  subject: string | null;
  correlation_id: string | null;
  causation_id: string | null;
  stated_at: string;
  published_at: string | null;
  trace_id: string | null;
  /** Whether anything of the trace is exported. */
  trace_sampled: boolean | null;
  details: object;
}

const WIRE_NAME = /^[a-z-]+\.[a-z-]+\.v\d+$/;
const SOURCE = /^\/([a-z]+(?:-[a-z]+)*)$/;
const LAST_MOMENT = Date.UTC(2100, 0);

/**
 * An allow-list, because the log takes what anybody publishes: ids, names and times that have the form they should have, and
 * of `data` what the catalog's contract declares and does not mark as personal. What is left can always be stored: one
 * record that cannot would hold up the whole log.
 */
export function factOf({ offset, event, publishedAt, traceparent }: LogRecord): FactRow {
  const known = nonPersonal.get(event.type);
  const traced = trace.getSpanContext(contextFrom({ traceparent }));
  const details: Record<string, unknown> = known?.data.safeParse(event.data).data ?? {};
  return {
    event_id: event.id,
    log_offset: offset,
    type: event.type.length <= 100 && WIRE_NAME.test(event.type) ? event.type : 'unknown',
    service: (event.source.length <= 100 && SOURCE.exec(event.source)?.[1]) || 'unknown',
    subject: known && typeof details[known.subject] === 'string' ? String(details[known.subject]) : null,
    correlation_id: uuidOf(event.correlationid),
    causation_id: uuidOf(event.causationid),
    stated_at: moment(Date.parse(event.time)),
    published_at: publishedAt ? moment(publishedAt.getTime()) : null,
    trace_id: traced?.traceId ?? null,
    trace_sampled: traced ? (traced.traceFlags & TraceFlags.SAMPLED) !== 0 : null,
    details,
  };
}

const nonPersonal = new Map(
  catalog.map(({ type, subject, data }) => [type, { subject, data: withoutPersonalData(data) }]),
);

/** The schema without every field that has the mark anywhere in it; parsing drops what a schema does not name. */
function withoutPersonalData(data: EventContract['data']) {
  const fields = Object.entries(data.shape).filter(([, field]) => !hasPersonalData(field as z.ZodType));
  return z.object(Object.fromEntries(fields) as Record<string, z.ZodType>);
}

function hasPersonalData(field: z.ZodType): boolean {
  return JSON.stringify(z.toJSONSchema(field)).includes('"pii":true');
}

/** Ids of facts are UUIDs: anything else refers to none. */
const uuidOf = (id: string | undefined) => (id !== undefined && z.uuid().safeParse(id).success ? id : null);

/** A clock that is centuries wrong must not be out of PostgreSQL's range. */
const moment = (ms: number) => new Date(Math.min(Math.max(ms, 0), LAST_MOMENT)).toISOString();
