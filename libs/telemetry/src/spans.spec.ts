import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contextFrom, startTelemetry, withProcessSpan, withSendSpan, withSpan } from './index.ts';

const exporter = new InMemorySpanExporter();
const parent = contextFrom({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
let telemetry: ReturnType<typeof startTelemetry>;

beforeAll(() => {
  telemetry = startTelemetry('spec');
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
});
beforeEach(() => exporter.reset());
afterAll(() => telemetry.shutdown());

function onlySpan() {
  const [span, ...others] = exporter.getFinishedSpans();
  if (!span || others.length > 0) throw new Error(`${others.length + (span ? 1 : 0)} spans instead of one`);
  return span;
}

describe('withSpan', () => {
  it('nests by what is active and returns what the work returns', async () => {
    const result = await withSpan('outer', {}, () => withSpan('inner', {}, async () => 5));
    const [inner, outer] = exporter.getFinishedSpans();
    expect(result).toBe(5);
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  });

  it('records a failure without personal data and throws it on', async () => {
    const failure = Object.assign(new Error('550 <ada@example.com>'), { code: 'EENVELOPE' });
    await expect(withSpan('smtp', {}, () => Promise.reject(failure))).rejects.toBe(failure);
    const span = onlySpan();
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: '550 <[redacted]>' });
    expect(span.attributes['error.type']).toBe('EENVELOPE');
    expect(span.ended).toBe(true);
    expect(JSON.stringify(span.events)).not.toContain('ada@');
  });

  it('records a failure that is thrown before anything is awaited', async () => {
    const work = () => {
      throw new TypeError('at once');
    };
    await expect(withSpan('sync', {}, work)).rejects.toThrow('at once');
    expect(onlySpan().attributes['error.type']).toBe('TypeError');
  });
});

describe('messaging spans', () => {
  const message = { routingKey: 'thing.done.v1', messageId: 'm1', conversationId: 'c1', bodySize: 42 };
  const described = {
    'messaging.system': 'rabbitmq',
    'messaging.rabbitmq.destination.routing_key': 'thing.done.v1',
    'messaging.message.id': 'm1',
    'messaging.message.conversation_id': 'c1',
    'messaging.message.body.size': 42,
  };

  it('describe a sent message below its own trace', async () => {
    await withSendSpan({ destination: 'events', ...message }, parent, async () => {});
    const span = onlySpan();
    expect(span).toMatchObject({ name: 'send events', kind: SpanKind.PRODUCER });
    expect(span.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(span.attributes).toMatchObject({
      ...described,
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'events',
    });
  });

  it('describe a processed message as a child of the message', async () => {
    const queue = 'demo.thing.done.v1';
    const failing = withProcessSpan({ destination: queue, ...message }, parent, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    const span = onlySpan();
    expect(span).toMatchObject({ name: `process ${queue}`, kind: SpanKind.CONSUMER });
    expect(span.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(span.attributes).toMatchObject({
      ...described,
      'messaging.operation.type': 'process',
      'error.type': 'Error',
    });
  });
});
