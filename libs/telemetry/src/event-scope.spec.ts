import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contextFrom, currentTrace, inEventScope, rememberTrace, startTelemetry, traceFor } from './index.ts';

const traceparent = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;
const traceOf = (digit: string) => contextFrom({ traceparent: traceparent(digit) });
const event = (id: string, causationid?: string) => ({ id, type: 't.done.v1', correlationid: 'c', causationid });

let telemetry: ReturnType<typeof startTelemetry>;
beforeAll(() => {
  telemetry = startTelemetry('spec');
});
afterAll(() => telemetry.shutdown());

describe('the trace of a stated fact', () => {
  it('is the one that was active when it was remembered, whatever is active when it is stored', () => {
    const fact = event('f');
    context.with(traceOf('a'), () => rememberTrace(fact));
    expect(context.with(traceOf('b'), () => traceFor(fact))).toEqual({ traceparent: traceparent('a') });
  });

  it('is that of the running event which caused it, not the active one', async () => {
    await inEventScope(event('cause'), traceOf('a'), async () => {
      expect(context.with(traceOf('b'), () => traceFor(event('f', 'cause')))).toEqual({
        traceparent: traceparent('a'),
      });
    });
  });

  it('is right for facts of several running events that are stored by one of them', async () => {
    let store: () => void = () => {};
    const stored = new Promise<void>((resolve) => (store = resolve));
    const waiting = inEventScope(event('one'), traceOf('a'), () => stored);
    await inEventScope(event('two'), traceOf('b'), async () => {
      expect(traceFor(event('f1', 'one'))).toEqual({ traceparent: traceparent('a') });
      expect(traceFor(event('f2', 'two'))).toEqual({ traceparent: traceparent('b') });
      store();
    });
    await waiting;
  });

  it('is right for two services in one process that handle the same event', async () => {
    const both = Promise.withResolvers<void>();
    const asks = async (ready: () => void) => {
      ready();
      await both.promise;
      return context.with(traceOf('c'), () => traceFor(event('f', 'cause')));
    };
    const first = inEventScope(event('cause'), traceOf('a'), () => asks(() => {}));
    const second = inEventScope(event('cause'), traceOf('b'), () => asks(both.resolve));
    expect(await first).toEqual({ traceparent: traceparent('a') });
    expect(await second).toEqual({ traceparent: traceparent('b') });
  });

  it('is the active one when its cause is not running here', () => {
    expect(context.with(traceOf('c'), () => traceFor(event('f', 'elsewhere')))).toEqual({
      traceparent: traceparent('c'),
    });
  });

  it('is forgotten when the handling ends, also by failing', async () => {
    const failing = inEventScope(event('cause'), traceOf('a'), () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(traceFor(event('f', 'cause'))).toEqual({});
  });
});

describe('trace headers', () => {
  it('survive the way through storage', () => {
    const stored = context.with(contextFrom({ traceparent: traceparent('a'), tracestate: 'k=v' }), currentTrace);
    expect(stored).toEqual({ traceparent: traceparent('a'), tracestate: 'k=v' });
  });

  it.each([undefined, {}, { traceparent: 'rubbish' }, { traceparent: 5 }, { traceparent: Buffer.from('x') }])(
    'of a stranger (%p) are no trace rather than an error',
    (headers) => {
      expect(context.with(contextFrom(headers), currentTrace)).toEqual({});
    },
  );

  it('never inherit the active trace', () => {
    expect(context.with(traceOf('a'), () => contextFrom({}))).toBe(ROOT_CONTEXT);
  });
});
