import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { httpApp } from './http-app.fixture.ts';

const TRUSTED = { trustedProxies: ['127.0.0.1'] };
const perMinute = (most: number) => ({ rateLimit: () => ({ name: 'all', perMinute: most }) });

type App = Awaited<ReturnType<typeof httpApp>>;
const from = (app: App, client: string) => app.get('/', { 'x-forwarded-for': client }).then(({ status }) => status);
const fromAll = async (app: App, clients: string[]) => {
  const statuses: number[] = [];
  for (const client of clients) statuses.push(await from(app, client));
  return statuses;
};

/** The whole answer on a connection of its own. */
async function answerTo({ url }: App, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
  socket.write(bytes);
  return text(socket);
}
const request = (line: string, headers = 'host: x\r\n') => `${line} HTTP/1.1\r\n${headers}connection: close\r\n\r\n`;

describe('the rate limit of a client', () => {
  it('counts each name apart, and refuses with 429 that says when to come back', async () => {
    await using app = await httpApp({
      rateLimit: ({ method }) => ({ name: method, perMinute: method === 'GET' ? 2 : 1 }),
    });
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await app.get('/')).status);
    expect([...statuses, (await app.post('{}')).status]).toEqual([200, 200, 429, 201]);
    const response = await app.get('/', { 'x-forwarded-for': '9.9.9.9' });
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await response.json()).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('takes an IPv6 network for one client, and believes only a trusted proxy', async () => {
    await using app = await httpApp({ ...perMinute(1), ...TRUSTED });
    const clients = ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1', '9.9.9.1', '9.9.9.1'];
    expect(await fromAll(app, clients)).toEqual([200, 429, 200, 200, 429]);
  });

  it('is not forgotten when thousands of others come', async () => {
    const rateLimit = ({ method }: { method: string }) => ({ name: method, perMinute: method === 'GET' ? 1_000 : 1 });
    await using app = await httpApp({ rateLimit, ...TRUSTED });
    const post = (client: string) => app.post('{}', 'application/json', { 'x-forwarded-for': client });
    expect([(await post('9.9.9.9')).status, (await post('9.9.9.9')).status]).toEqual([201, 429]);
    const others = Array.from(
      { length: 5_300 },
      (_, n) => `host: x\r\nx-forwarded-for: 2001:db8:${n.toString(16)}::1\r\n`,
    );
    const pipelined = others.map((headers) => `GET / HTTP/1.1\r\n${headers}\r\n`).join('') + request('GET /');
    expect((await answerTo(app, pipelined)).match(/HTTP\/1.1 200 /g)).toHaveLength(5_301);
    expect([(await post('9.9.9.8')).status, (await post('9.9.9.9')).status]).toEqual([201, 429]);
  });
});

describe('the rate limit of many clients', () => {
  it.each([
    ['an IPv4 /24', (n: number) => `192.0.2.${n}`, '192.0.3.1'],
    ['an IPv6 /48', (n: number) => `2001:db8:1:${n}::1`, '2001:db8:2::1'],
  ])('lets %s have ten times what one client may', async (_what, client, elsewhere) => {
    await using app = await httpApp({ ...perMinute(2), ...TRUSTED });
    const statuses = await fromAll(
      app,
      Array.from({ length: 25 }, (_, n) => client(n)),
    );
    expect(statuses).toEqual([...Array(20).fill(200), ...Array(5).fill(429)]);
    expect(await from(app, elsewhere)).toBe(200);
  });
});

describe('the rate limit of what no controller sees', () => {
  it.each([
    ['an unknown path', request('GET /nope'), 404],
    ['OPTIONS', request('OPTIONS /echo'), 404],
    ['a method that nobody needs here', request('TRACE /'), 404],
    ['a path that cannot be decoded', request('GET /%E0%A4'), 404],
    ['a file', request('GET /assets/index.ts'), 200],
    ['a file that is not there', request('GET /assets/nope'), 404],
    ['no Host', request('GET /', ''), 400],
    ['an expectation', request('GET /', 'host: x\r\nexpect: a-miracle\r\n'), 200],
    ['no HTTP', '\x16\x03\x01\r\n\r\n', 400],
    ['headers that are too large', request('GET /', `host: x\r\nx: ${'x'.repeat(20_000)}\r\n`), 431],
  ])('%s', async (_what, bytes, status) => {
    await using app = await httpApp(perMinute(1));
    const [first, second] = [await answerTo(app, bytes), await answerTo(app, bytes)];
    expect(first).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(second).toMatch(/^HTTP\/1.1 429 [^]*"code":"RATE_LIMITED"/);
    for (const answer of [first, second]) {
      expect(answer).toMatch(/^content-security-policy: default-src 'none'/im);
      expect(answer).toMatch(/^x-content-type-options: nosniff/im);
    }
    expect(second).toMatch(/^retry-after: \d+/im);
  });
});
