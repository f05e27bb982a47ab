import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { spanSink, type SpanSink } from './span-sink.ts';

const span = (name: string, start: string, more: object = {}) => ({
  traceId: 't1',
  spanId: `s-${name}`,
  name,
  kind: 5,
  startTimeUnixNano: start,
  endTimeUnixNano: '1700000000000000009',
  ...more,
});
const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const request = (service: string, ...spans: object[]) =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: {
          attributes: [attribute('service.name', service), attribute('service.instance.id', `${service}-1`)],
        },
        scopeSpans: [{ scope: { name: 'spec' }, spans }],
      },
    ],
  });

describe('spanSink', () => {
  let sink: SpanSink;
  const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers = {}) =>
    fetch(`${sink.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  beforeEach(async () => void (sink = await spanSink()));
  afterEach(() => sink.close());

  it('reads a span with its service, parent, attributes, links and status', async () => {
    const attributes = [
      { key: 'messaging.system', value: { stringValue: 'rabbitmq' } },
      { key: 'messaging.message.body.size', value: { intValue: '512' } },
      { key: 'redelivered', value: { boolValue: false } },
      { key: 'all', value: { arrayValue: { values: [{ stringValue: 'a' }, { doubleValue: 0.5 }] } } },
    ];
    const links = [{ traceId: 't0', spanId: 's0', attributes: [] }];
    await post(
      '/v1/traces',
      request('email', span('process', '1', { parentSpanId: 'p', attributes, links, status: { code: 2 } })),
    );
    expect(sink.spans).toEqual([
      {
        traceId: 't1',
        spanId: 's-process',
        parentSpanId: 'p',
        name: 'process',
        kind: 'consumer',
        service: 'email',
        instance: 'email-1',
        attributes: {
          'messaging.system': 'rabbitmq',
          'messaging.message.body.size': 512,
          redelivered: false,
          all: ['a', 0.5],
        },
        links: [{ traceId: 't0', spanId: 's0' }],
        events: [],
        status: 'error',
        startNs: 1n,
        endNs: 1700000000000000009n,
      },
    ]);
  });

  it('shows one trace across services in the order of its starts', async () => {
    await post('/v1/traces', request('email', span('second', '1700000000000000002')));
    await post(
      '/v1/traces',
      request('signup', span('first', '1700000000000000001'), span('other', '1', { traceId: 't2' })),
    );
    expect(sink.trace('t1').map(({ service, name }) => `${service}: ${name}`)).toEqual([
      'signup: first',
      'email: second',
    ]);
  });

  it('waits for a span that is still to come', async () => {
    const waiting = sink.waitFor(({ name }) => name === 'late');
    await post('/v1/traces', gzipSync(request('email', span('late', '1'))), { 'content-encoding': 'gzip' });
    expect((await waiting).spanId).toBe('s-late');
    await expect(sink.waitFor(() => false, { timeoutMs: 30 })).rejects.toThrow('Not within 30 ms');
  });

  it('accepts metrics without taking them for spans, and says so when it cannot read', async () => {
    expect((await post('/v1/metrics', '{"resourceMetrics":[]}')).status).toBe(200);
    expect((await post('/v1/traces', '<protobuf>')).status).toBe(400);
    expect(sink.spans).toEqual([]);
  });
});
