import { connect } from 'node:net';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { eventually, recordSpans } from '@tributary/testing';
import { httpApp, slow } from './http-app.fixture.ts';

const { spans, dispose } = recordSpans();
beforeEach(() => void spans.splice(0));
afterAll(dispose);

const ended = () => eventually(() => spans.length > 0 && spans.every((span) => span.ended) && spans);

describe('the span of a request', () => {
  it('is in the trace of the caller, and holds neither query nor token', async () => {
    await using app = await httpApp();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await app.get('/?email=ada', { traceparent, authorization: 'Bearer AAAA' });
    const [span] = await ended();
    expect(span).toMatchObject({ name: 'GET /', kind: SpanKind.SERVER, parent: '00f067aa0ba902b7', failed: false });
    expect(span?.attributes).toMatchObject({ 'http.route': '/', 'http.response.status_code': 200 });
    expect(JSON.stringify(spans)).not.toMatch(/ada|AAAA/);
  });

  it.each([
    ['the id in a path', 'GET /people/jane@example.com', '', 'GET /people/:id'],
    ['a path that leads nowhere', 'GET /nothing/jane@example.com', '', 'GET'],
    ['a path that cannot be decoded', 'GET /people/jane@example.com%E0%A4', '', 'GET'],
    ['a file that is not there', 'GET /assets/jane@example.com', '', 'GET /assets/*'],
    ['a whole URL', 'GET http://jane@example.com/people/jane@example.com', '', 'GET /people/:id'],
    ['the host', 'GET /', 'jane@example.com', 'GET /'],
  ])('holds nothing that the client wrote: %s', async (_what, line, host, name) => {
    await using app = await httpApp();
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    const headers = 'user-agent: jane@example.com\r\nreferer: http://x/jane@example.com\r\nconnection: close';
    socket.end(`${line} HTTP/1.1\r\nhost: ${host || 'x'}\r\n${headers}\r\n\r\n`);
    expect(await ended()).toMatchObject([{ name }]);
    expect(JSON.stringify(spans)).not.toMatch(/jane|example/);
  });

  it('is there for what never reaches a controller, and no failure of ours when it is the client’s', async () => {
    await using app = await httpApp({ rateLimit: () => ({ name: 'all', perMinute: 3 }) });
    for (const body of ['{', 'x'.repeat(20_000)]) await app.post(body);
    for (const path of ['/nothing', '/']) await app.get(path);
    const told = (await ended()).map(({ name, failed, attributes }) => [
      ...[name, failed, attributes['http.response.status_code'], attributes['tributary.problem.code']],
    ]);
    expect(told).toEqual([
      ['POST /echo', false, 400, 'REQUEST_MALFORMED'],
      ['POST /echo', false, 413, 'REQUEST_TOO_LARGE'],
      ['GET', false, 404, 'NOT_FOUND'],
      ['GET /', false, 429, 'RATE_LIMITED'],
    ]);
  });

  it.each(['/gone', '/broken'])('is a failure when we cannot answer %s', async (path) => {
    await using app = await httpApp();
    await app.get(path);
    expect(await ended()).toMatchObject([{ name: `GET ${path}`, failed: true }]);
  });

  it('is no failure of ours when the person leaves halfway through the request', async () => {
    await using app = await httpApp();
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{');
    await eventually(() => spans.length === 1);
    socket.destroy();
    expect(await ended()).toMatchObject([{ name: 'POST /echo', failed: false }]);
  });

  it('ends although the person leaves before the answer', async () => {
    await using app = await httpApp();
    const impatient = new AbortController();
    const answer = fetch(`${app.url}/slow`, { signal: impatient.signal }).catch(() => undefined);
    await eventually(() => slow.waiting.length === 1);
    expect(spans).toMatchObject([{ name: 'GET /slow', ended: false }]);
    impatient.abort();
    expect((await ended())[0]?.attributes).not.toHaveProperty(['http.response.status_code']);
    slow.resume();
    await answer;
  });
});
