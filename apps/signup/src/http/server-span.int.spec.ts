import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Attributes,
  type Context,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  trace,
  type TracerProvider,
} from '@opentelemetry/api';
import { eventually } from '@tributary/testing';
import { signupSystem, type SignupSystem } from '../signup-app.fixture.ts';

interface Recorded {
  name: string;
  kind: SpanKind | undefined;
  spanId: string;
  parent: string | undefined;
  attributes: Attributes;
  failed: boolean;
  ended: boolean;
}

const spans: Recorded[] = [];
let system: SignupSystem;

/** Keeps what a real tracer would export. */
function startSpan(name: string, { kind, attributes = {} }: SpanOptions, parent: Context) {
  const spanId = crypto.randomUUID().replaceAll('-', '').slice(16);
  const traceId = trace.getSpanContext(parent)?.traceId ?? '0af7651916cd43dd8448eb211c80319c';
  const span: Recorded = {
    ...{ name, kind, spanId, parent: trace.getSpanContext(parent)?.spanId },
    ...{ attributes: { ...attributes }, failed: false, ended: false },
  };
  spans.push(span);
  return Object.assign(trace.wrapSpanContext({ traceId, spanId, traceFlags: 1 }), {
    isRecording: () => true,
    setAttribute: (key: string, value: string) => (span.attributes[key] = value),
    setStatus: ({ code }: { code: SpanStatusCode }) => (span.failed = code === SpanStatusCode.ERROR),
    end: () => (span.ended = true),
  });
}

beforeAll(async () => {
  system = await signupSystem();
  trace.disable();
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) } as unknown as TracerProvider);
});
beforeEach(() => void spans.splice(0));
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  trace.disable();
});

const ada = { email: 'ada@example.com', displayName: 'Ada', workspaceName: 'Engines' };
const serverSpans = () => eventually(() => spans.length > 0 && spans.every(({ ended }) => ended) && spans);

describe('the span of a request', () => {
  it('is the parent of the fact that the request made true, in the trace of the caller', async () => {
    const signup = await system.start();
    await signup.post(ada, { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' });
    const [span] = await serverSpans();
    expect(span).toMatchObject({ name: 'POST /signups', kind: SpanKind.SERVER, parent: '00f067aa0ba902b7' });
    const rows = await system.prisma.$queryRaw`SELECT traceparent FROM messaging.outbox`;
    expect(rows).toEqual([{ traceparent: `00-4bf92f3577b34da6a3ce929d0e0e4736-${span?.spanId}-01` }]);
    await signup.close();
  });

  it('holds no manage token, and is the parent of a withdrawal', async () => {
    const signup = await system.start();
    const { id, manageToken } = await signup.signUp();
    const url = `${signup.url}/signups/${id}`;
    const cookie = `manage_token=${manageToken}`;
    for (const headers of [{ authorization: 'Bearer AAAA' }, { cookie }])
      await fetch(url, { method: 'DELETE', headers });
    const told = await serverSpans();
    expect(told.slice(1).map(({ name }) => name)).toEqual(['DELETE /signups/:id', 'DELETE /signups/:id']);
    expect(JSON.stringify(told)).not.toMatch(new RegExp(`${manageToken}|AAAA`));
    const [row] = await system.prisma.$queryRaw<{ traceparent: string }[]>`
      SELECT traceparent FROM messaging.outbox WHERE type = 'user.withdrawn.v1'`;
    expect(row?.traceparent).toContain(told.at(-1)?.spanId);
    await signup.close();
  });

  it('is there for what never reaches a controller, and no failure of ours when it is the client’s', async () => {
    const limited = await system.start({ SIGNUPS_PER_MINUTE: '2' });
    for (const body of ['{', 'x'.repeat(20_000), ada]) await limited.post(body);
    await fetch(`${limited.url}/nothing`);
    const told = (await serverSpans()).map(({ name, failed, attributes }) => [
      ...[name, failed, attributes['http.response.status_code'], attributes['tributary.problem.code']],
    ]);
    expect(told).toEqual([
      ['POST /signups', false, 400, 'REQUEST_MALFORMED'],
      ['POST /signups', false, 413, 'REQUEST_TOO_LARGE'],
      ['POST /signups', false, 429, 'RATE_LIMITED'],
      ['GET', false, 404, 'NOT_FOUND'],
    ]);
    await limited.close();
  });

  it.each(['/signups', '/'])('is a failure when we cannot answer POST %s, and tells nobody who asked', async (path) => {
    const signup = await system.start();
    system.proxy.cut({ refusing: true });
    const init = { method: 'POST', body: new URLSearchParams({ ...ada, email: 'grace@example.com' }) };
    const post = path === '/' ? fetch(signup.url, init) : signup.post({ ...ada, email: 'grace@example.com' });
    expect((await post).status).toBe(503);
    system.proxy.resume();
    expect(await serverSpans()).toMatchObject([{ name: `POST ${path}`, failed: true }]);
    expect(spans[0]?.attributes).toMatchObject({ 'http.response.status_code': 503 });
    expect(JSON.stringify(spans)).not.toMatch(/grace/);
    await signup.close();
  });

  it('ends although the person leaves before the answer', async () => {
    const signup = await system.start();
    const { id } = (await (await signup.post({ ...ada, email: 'left@example.com' })).json()) as { id: string };
    spans.splice(0);
    const impatient = new AbortController();
    const stream = await fetch(`${signup.url}/signups/${id}/events`, { signal: impatient.signal });
    expect(stream.status).toBe(200);
    expect(spans).toMatchObject([{ name: 'GET /signups/:id/events', ended: false }]);
    impatient.abort();
    await serverSpans();
    await signup.close();
  });
});
