import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { eventually, recordSpans } from '@tributary/testing';
import { signupSystem, type SignupSystem } from './signup-app.fixture.ts';

const { spans, dispose } = recordSpans();
let system: SignupSystem;

beforeAll(async () => {
  system = await signupSystem();
});
beforeEach(() => void spans.splice(0));
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  dispose();
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
});
