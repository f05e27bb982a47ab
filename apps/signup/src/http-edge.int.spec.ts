import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signupSystem, type Replica, type SignupSystem } from './signup-app.fixture.ts';

let system: SignupSystem;
let signup: Replica;

beforeAll(async () => {
  system = await signupSystem();
  signup = await system.start();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

const ada = { email: 'ada@example.com', displayName: 'Ada', workspaceName: 'Engines' };
const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  return (await response.json()) as { code: string; status: number; type: string; errors?: { pointer: string }[] };
};

describe('a request that cannot be accepted', () => {
  it.each([
    ['half a JSON text', '{"email":', 400, 'REQUEST_MALFORMED'],
    ['nothing', '', 400, 'REQUEST_MALFORMED'],
    ['a poisoned prototype', '{"__proto__":{"admin":true}}', 400, 'REQUEST_MALFORMED'],
    ['17 KB', JSON.stringify({ ...ada, extra: 'x'.repeat(17_000) }), 413, 'REQUEST_TOO_LARGE'],
    ['a list', '[]', 422, 'SIGNUP_INVALID'],
    ['null', 'null', 422, 'SIGNUP_INVALID'],
    ['a number', '1', 422, 'SIGNUP_INVALID'],
    ['thousands of nested lists', `{"email":${'['.repeat(8_000)}${']'.repeat(8_000)}}`, 422, 'SIGNUP_INVALID'],
  ])('is answered with a problem when it holds %s', async (_what, body, status, code) => {
    const response = await signup.post(body);
    expect(response.status).toBe(status);
    expect(await problemOf(response)).toMatchObject({ status, code, type: expect.stringMatching(/^urn:/) });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'multipart/form-data; boundary=x'])(
    'is answered with 415 when it is %s',
    async (type) => {
      const response = await signup.post('email=ada', { 'content-type': type });
      expect(response.status).toBe(415);
      expect(await problemOf(response)).toMatchObject({ code: 'CONTENT_TYPE_UNSUPPORTED' });
    },
  );

  it.each([
    ['email', 'ada@example.com\r\nBcc: bob@example.com'],
    ['email', 'ada@example.com,bob@example.com'],
    ['email', 'ada\0@example.com'],
    ['email', `${'x'.repeat(10_000)}@example.com`],
    ['displayName', 'Ada\r\nBcc: bob@example.com'],
    ['displayName', 'Ada\0'],
    ['displayName', 'x'.repeat(10_000)],
    ['workspaceName', '\u202egnp.exe'],
    ['workspaceName', '\ud800'],
  ])('names the field %s when it is %j', async (field, value) => {
    const response = await signup.post({ ...ada, [field]: value });
    expect(response.status).toBe(422);
    const { code, errors } = await problemOf(response);
    expect(code).toBe('SIGNUP_INVALID');
    expect(errors?.map(({ pointer }) => pointer)).toEqual([`#/${field}`]);
  });

  it.each([
    ['a letter of ISO 8859-1', Buffer.from(JSON.stringify({ ...ada, displayName: 'José' }), 'latin1'), ''],
    ['an encoding of its own', JSON.stringify({ ...ada, displayName: 'José' }), '; charset=iso-8859-1'],
    ['half a letter', Buffer.from(JSON.stringify({ ...ada, displayName: 'José' }).replace('é', '\xc3'), 'latin1'), ''],
  ])('is refused instead of mailed as "Jos\ufffd" when it holds %s', async (_what, body, charset) => {
    const response = await fetch(`${signup.url}/signups`, {
      method: 'POST',
      headers: { 'content-type': `application/json${charset}` },
      body,
    });
    expect([response.status, (await problemOf(response)).code]).toEqual(
      charset ? [415, 'CHARSET_UNSUPPORTED'] : [400, 'TEXT_NOT_UTF8'],
    );
  });

  it('is refused with a page when it is a form in ISO 8859-1', async () => {
    const response = await fetch(signup.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
      body: 'email=ada%40example.com&displayName=Jos%E9&workspaceName=Engines',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('The text of the request is not valid UTF-8.');
  });

  it('leaves nothing behind', async () => {
    expect(await system.prisma.user.count()).toBe(0);
  });
});

describe('a path', () => {
  it.each([
    '/nothing',
    '/signups',
    '/signups/not-a-uuid',
    `/signups/${crypto.randomUUID()}`,
    '/assets/../package.json',
  ])('that leads nowhere is a problem: %s', async (path) => {
    const response = await fetch(`${signup.url}${path}`);
    expect(response.status).toBe(404);
    expect((await problemOf(response)).code).toMatch(/NOT_FOUND$/);
  });

  it('that leads nowhere is a page for a person', async () => {
    const response = await fetch(`${signup.url}/welcome/<script>`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain('There is no such signup.');
  });

  it('does not lead out of the assets', async () => {
    for (const path of [
      '/assets/..%2fpackage.json',
      '/assets/%2e%2e/package.json',
      '/assets//etc/passwd',
      '/assets/',
    ]) {
      expect((await fetch(`${signup.url}${path}`)).status).toBeGreaterThanOrEqual(400);
    }
  });
});

it.each(['/', '/assets/page.js', '/nothing'])('%s has security headers that allow nothing inline', async (path) => {
  const { headers } = await fetch(`${signup.url}${path}`);
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';script-src 'self';style-src 'self'/);
  expect(headers.get('content-security-policy')).not.toContain('unsafe');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('same-origin');
});

describe('the rate limit', () => {
  const invalid = (replica: Replica, from?: string) => {
    return replica.post({}, from ? { 'x-forwarded-for': from } : {}).then(({ status }) => status);
  };

  it('refuses with 429 and says when to come back, whatever X-Forwarded-For claims', async () => {
    const limited = await system.start({ SIGNUPS_PER_MINUTE: '3' });
    expect([await invalid(limited), await invalid(limited, '9.9.9.1'), await invalid(limited)]).toEqual([
      422, 422, 422,
    ]);
    const response = await limited.post({}, { 'x-forwarded-for': '9.9.9.2' });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await problemOf(response)).toMatchObject({ code: 'RATE_LIMITED' });
    expect((await fetch(limited.url)).status).toBe(200);
  });

  it('counts the clients of a trusted proxy apart, an IPv6 network as one', async () => {
    const limited = await system.start({ SIGNUPS_PER_MINUTE: '1', TRUSTED_PROXIES: '127.0.0.1' });
    const clients = ['9.9.9.1', '9.9.9.2', '9.9.9.1', '2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'];
    const statuses: number[] = [];
    for (const client of clients) statuses.push(await invalid(limited, client));
    expect(statuses).toEqual([422, 422, 429, 422, 429, 422]);
  });
});
