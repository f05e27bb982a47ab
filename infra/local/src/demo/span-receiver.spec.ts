import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { receiveSpans, type SpanReceiver } from './span-receiver.ts';

let spans: SpanReceiver;
beforeEach(async () => {
  spans = await receiveSpans();
});
afterEach(() => spans.close());

const idOf = (number: number) => number.toString(16).padStart(32, '0');

/** As the exporters send it: `names` become the spans of one trace. */
async function send(trace: number, names: string[]): Promise<void> {
  const exported = names.map((name, index) => ({
    traceId: idOf(trace),
    spanId: String(index),
    ...(index > 0 && { parentSpanId: '0' }),
    name,
    startTimeUnixNano: String(index * 1e6),
    endTimeUnixNano: String(index * 1e6 + 2.5e6),
  }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'signup' } }] };
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: exported }] }] });
  await fetch(`${spans.endpoint}/v1/traces`, { method: 'POST', body });
}

const page = (traceId: string) => fetch(spans.page.replace('{traceId}', traceId));

describe('the trace page', () => {
  it('shows a trace as the tree that the terminal shows', async () => {
    await send(1, ['POST /signups', 'send events']);
    const response = await page(idOf(1));
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe(
      'POST /signups   signup  +   0 ms      2.5 ms\n└─ send events  signup  +   1 ms      2.5 ms\n',
    );
  });

  it.each([idOf(2), 'x', '..', `${idOf(1)}/more`])('says that there is no trace %s', async (traceId) => {
    await send(1, ['POST /signups']);
    expect((await page(traceId)).status).toBe(404);
  });
});

it('the latest trace is that of a request, not of whoever reads', async () => {
  await send(1, ['POST /signups', 'send events']);
  await send(2, ['receive events.log']);
  expect(spans.latest().map(({ name }) => name)).toEqual(['POST /signups', 'send events']);
});

describe('what is kept', () => {
  it('is the last 50,000 spans, whole traces, and never more than 1,000 of one', async () => {
    for (let trace = 0; trace < 51; trace += 1) await send(trace, Array<string>(1_001).fill('send events'));
    expect([idOf(0), idOf(1), idOf(50)].map((id) => spans.trace(id).length)).toEqual([0, 1_000, 1_000]);
  });
});
