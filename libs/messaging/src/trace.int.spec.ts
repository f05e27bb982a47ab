import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Context, type Link, type SpanOptions, SpanKind, trace, type Tracer } from '@opentelemetry/api';
import { CLOUDEVENTS_CONTENT_TYPE, UserSignedUp } from '@tributary/contracts';
import { currentTrace, startTelemetry, traceFor } from '@tributary/telemetry';
import { eventually, exampleEvent, testVhost } from '@tributary/testing';
import { logWith, reading } from './log-reader.fixture.ts';
import { EVENT_LOG, EVENTS_EXCHANGE } from './names.ts';
import { Publisher } from './publisher.ts';
import { handling, QUEUE, startService } from './service.fixture.ts';

interface Started {
  name: string;
  kind: SpanKind | undefined;
  traceId: string;
  spanId: string;
  parentId: string | undefined;
  links: Link[];
}
const spans: Started[] = [];

/** Notes which span was started below which; exporting them is the telemetry library's own test. */
const tracer = {
  startSpan(name: string, { kind, links = [] }: SpanOptions, context: Context) {
    const parent = trace.getSpanContext(context);
    const traceId = parent?.traceId ?? randomBytes(16).toString('hex');
    const spanId = randomBytes(8).toString('hex');
    spans.push({ name, kind, traceId, spanId, parentId: parent?.spanId, links });
    return trace.wrapSpanContext({ traceId, spanId, traceFlags: 1 });
  },
} as unknown as Tracer;

let telemetry: ReturnType<typeof startTelemetry>;
beforeAll(() => {
  telemetry = startTelemetry('spec');
  trace.disable();
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
});
afterAll(() => telemetry.shutdown());

describe('the trace of a fact', () => {
  it('leads from the stored context through send and process into the handler, message by message', async () => {
    await using vhost = await testVhost();
    const inHandler = new Map<string, { active?: string; next?: string }>();
    const gate = Promise.withResolvers<void>();
    const handler = handling(async (event, { attempt }) => {
      if (attempt === 1) throw new Error('so that there is a second attempt');
      inHandler.set(event.id, {});
      if (inHandler.size === 20) gate.resolve();
      await gate.promise; // all twenty are in flight here
      const next = traceFor({ causationid: event.id });
      inHandler.set(event.id, { active: currentTrace().traceparent, next: next.traceparent });
    });
    await using _service = await startService(vhost.url, { handlers: [handler] });
    const publisher = new Publisher({ url: vhost.url, name: 'signup relay' });
    await publisher.connect();

    const stored = new Map<string, { traceId: string; spanId: string }>();
    for (let i = 0; i < 20; i++) {
      const event = exampleEvent(UserSignedUp);
      const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
      stored.set(event.id, { traceId, spanId });
      void publisher.publish({
        exchange: EVENTS_EXCHANGE,
        routingKey: event.type,
        body: Buffer.from(JSON.stringify(event)),
        messageId: event.id,
        type: event.type,
        contentType: CLOUDEVENTS_CONTENT_TYPE,
        headers: { traceparent: `00-${traceId}-${spanId}-01` },
      });
    }
    await eventually(() => expect([...inHandler.values()].filter(({ active }) => active)).toHaveLength(20));
    await publisher.close();

    for (const [id, { traceId, spanId }] of stored) {
      const [send, first, second, ...others] = spans.filter((span) => span.traceId === traceId);
      expect(send).toMatchObject({ name: 'send events', kind: SpanKind.PRODUCER, parentId: spanId });
      const process = { name: `process ${QUEUE}`, kind: SpanKind.CONSUMER, parentId: send?.spanId };
      expect([first, second]).toEqual([expect.objectContaining(process), expect.objectContaining(process)]);
      expect(others).toEqual([]);
      const here = `00-${traceId}-${second?.spanId}-01`;
      expect(inHandler.get(id)).toEqual({ active: here, next: here });
    }
  });

  it('leads into the event log: each record has a span of its own, and the batch only links to them', async () => {
    await using log = await logWith(0);
    const traces = ['a', 'b', 'c'].map((digit) => ({ traceId: digit.repeat(32), spanId: digit.repeat(16) }));
    for (const { traceId, spanId } of traces) {
      await log.raw.publish(exampleEvent(UserSignedUp), { headers: { traceparent: `00-${traceId}-${spanId}-01` } });
    }
    const inHandle: string[] = [];
    await using reader = reading({
      url: log.vhost.url,
      handle: async (batch) => {
        inHandle.push(...batch.map(() => currentTrace().traceparent ?? 'none'));
      },
    });
    await eventually(() => expect(inHandle).toHaveLength(3));
    await reader.stop();
    const batches = spans.filter(({ name }) => name === `receive ${EVENT_LOG}`);
    expect(batches.flatMap(({ links }) => links.map(({ context }) => context))).toMatchObject(traces);
    for (const { traceId, spanId } of traces) {
      const process = { name: `process ${EVENT_LOG}`, kind: SpanKind.CONSUMER, traceId, parentId: spanId };
      expect(spans.filter((span) => span.traceId === traceId)).toEqual([expect.objectContaining(process)]);
    }
    const own = batches.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
    expect(new Set(inHandle)).toEqual(new Set(own));
  });
});
