import { type Link, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { contextFrom, countDelivery, withProcessSpan, withSpan } from '@tributary/telemetry';
import type { LogRecord } from './log-record.ts';
import { EVENT_LOG } from './names.ts';

/**
 * Runs `handle` for a batch in a span of its own that is linked to every record, and gives each record a `process` span below
 * its own context: a fact's trace shows that it was read here, and for how long its batch took.
 * @throws what `handle` throws, after recording it on all of them
 */
export async function inBatchSpans(records: LogRecord[], handle: () => Promise<void>): Promise<void> {
  const attributes = {
    'messaging.system': 'rabbitmq',
    'messaging.operation.name': 'receive',
    'messaging.operation.type': 'receive',
    'messaging.destination.name': EVENT_LOG,
    'messaging.batch.message_count': records.length,
  };
  const settings = { kind: SpanKind.CLIENT, parent: ROOT_CONTEXT, links: records.flatMap(linkTo), attributes };
  const batch = withSpan(`receive ${EVENT_LOG}`, settings, handle);
  const each = records.map((record) => withProcessSpan(factsOf(record), contextFrom(record), () => batch));
  const outcome = (await Promise.allSettled(each)).every(({ status }) => status === 'fulfilled') ? 'done' : 'retried';
  for (let i = 0; i < records.length; i++) countDelivery(EVENT_LOG, outcome);
  await batch;
}

const factsOf = ({ event, body }: LogRecord) => ({
  destination: EVENT_LOG,
  routingKey: event.type,
  messageId: event.id,
  conversationId: event.correlationid,
  bodySize: body.length,
});

function linkTo(record: LogRecord): Link[] {
  const context = trace.getSpanContext(contextFrom(record));
  return context ? [{ context }] : [];
}
