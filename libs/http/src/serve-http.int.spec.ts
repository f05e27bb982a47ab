import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { httpApp } from './http-app.fixture.ts';

let app: Awaited<ReturnType<typeof httpApp>>;
beforeAll(async () => void (app = await httpApp()));
afterAll(() => app.close());

const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  return (await response.json()) as object;
};

describe('an error', () => {
  it('leaves as a problem that says what is wrong with which field or parameter', async () => {
    const response = await app.get('/refused');
    expect(response.status).toBe(422);
    expect(await problemOf(response)).toEqual({
      type: 'urn:tributary:problem:not-like-this',
      title: 'Not like <this>.',
      status: 422,
      code: 'NOT_LIKE_THIS',
      errors: [
        { pointer: '#/email', detail: 'is no address' },
        { parameter: 'limit', detail: 'is no number' },
      ],
    });
  });

  it('that nobody meant for the client says nothing', async () => {
    const response = await app.get('/broken');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  it('of a database that is away is a 503 that says when to come back', async () => {
    const response = await app.get('/gone');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await problemOf(response)).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('of somebody we do not know says how one may prove who one is', async () => {
    expect((await app.get('/who')).headers.get('www-authenticate')).toBe('Bearer');
  });

  it('is a page for a person, except where only programs ask', async () => {
    const page = await app.get('/refused', { accept: 'text/html' });
    expect([page.status, page.headers.get('content-type')]).toEqual([422, 'text/html; charset=utf-8']);
    expect(await page.text()).toBe('<h1>Not like &lt;this&gt;.</h1>');
    expect(await problemOf(await app.get('/who', { accept: 'text/html' }))).toMatchObject({ code: 'WHO' });
  });

  it.each([
    ['half a JSON text', '{', 'application/json', 400, 'REQUEST_MALFORMED'],
    ['17 KB', JSON.stringify('x'.repeat(17_000)), 'application/json', 413, 'REQUEST_TOO_LARGE'],
    ['another type', 'x', 'application/xml', 415, 'CONTENT_TYPE_UNSUPPORTED'],
  ])('is the client’s when it sends %s', async (_what, body, type, status, code) => {
    const response = await app.post(body, type);
    expect(response.status).toBe(status);
    expect(await problemOf(response)).toMatchObject({ code });
  });
});

it('names the variable to change when its port is taken, or its host is no address of this machine', async () => {
  const port = Number(new URL(app.url).port);
  await expect(httpApp({ port })).rejects.toThrow(`PORT ${port} is taken (EADDRINUSE): choose another`);
  await expect(httpApp({ host: '192.0.2.1' })).rejects.toThrow('HOST 192.0.2.1 is no address of this machine');
});

describe('the security headers', () => {
  it('allow no script, unless the pages have some', async () => {
    const { headers } = await app.get('/nothing');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';style-src 'self';img-src 'self';form-/);
    expect(headers.get('content-security-policy')).not.toMatch(/script|unsafe|connect/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');

    await using scripted = await httpApp({ scripts: true });
    const policy = (await scripted.get('/')).headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none';script-src 'self';style-src 'self'/);
    expect(policy).toMatch(/connect-src 'self';require-trusted-types-for 'script'/);
    expect(policy).not.toContain('unsafe');
  });
});

describe('the assets', () => {
  it('are the files of one folder', async () => {
    expect((await app.get('/assets/index.ts')).status).toBe(200);
    for (const path of ['/assets/..%2fpackage.json', '/assets/%2e%2e/package.json', '/assets//etc/passwd', '/assets/'])
      expect((await app.get(path)).status).toBeGreaterThanOrEqual(400);
  });
});
