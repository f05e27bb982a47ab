import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { httpApp } from './http-app.fixture.ts';

const TIMEOUT_MS = 300;
let app: Awaited<ReturnType<typeof httpApp>>;
beforeAll(async () => void (app = await httpApp({ requestTimeoutMs: TIMEOUT_MS })));
afterAll(() => app.close());

/** What is answered on a connection of its own until the server closes it. */
async function answerTo(bytes: string, drip?: string): Promise<string> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  socket.write(bytes, 'latin1');
  const dripping = drip && setInterval(() => socket.writable && socket.write(drip), TIMEOUT_MS / 10);
  socket.on('error', () => undefined);
  try {
    return await text(socket);
  } finally {
    clearInterval(dripping || undefined);
  }
}

const START = 'POST /echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\n';

describe('what never becomes a request is answered with a problem and the security headers', () => {
  it.each([
    ['no HTTP', '\x16\x03\x01\r\n\r\n', 400, 'REQUEST_MALFORMED'],
    ['a method that HTTP does not know', 'BREW / HTTP/1.1\r\nhost: x\r\n\r\n', 400, 'REQUEST_MALFORMED'],
    ['two lengths', `${START}content-length: 1\r\ncontent-length: 2\r\n\r\nab`, 400, 'REQUEST_MALFORMED'],
    [
      'a length and chunks',
      `${START}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`,
      400,
      'REQUEST_MALFORMED',
    ],
    ['20 KB of headers', `${START}x: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
    [
      'letters in a query that are not encoded',
      'GET /query?a=\xe9 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      400,
      'REQUEST_MALFORMED',
    ],
    ['a path in ISO 8859-1', 'GET /%E9 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 404, 'NOT_FOUND'],
    ['a path that cannot be decoded', 'GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 404, 'NOT_FOUND'],
  ])('%s', async (_what, bytes, status, code) => {
    const answer = await answerTo(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
    expect(answer).toMatch(/^content-security-policy: default-src 'none'/im);
    expect(answer).toMatch(/^x-content-type-options: nosniff/im);
  });

  it.each([
    ['nothing at all', '', undefined],
    ['headers that never end', START, 'x: y\r\n'],
    ['a body that never ends', `${START}content-type: application/json\r\ncontent-length: 9999\r\n\r\n{`, ' '],
  ])('after the time for it: %s', async (_what, bytes, drip) => {
    expect(await answerTo(bytes, drip)).toMatch(/^HTTP\/1.1 408 [^]*"code":"REQUEST_TOO_SLOW"/);
  });
});
