import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { httpApp } from './http-app.fixture.ts';

let app: Awaited<ReturnType<typeof httpApp>>;
let proxied: Awaited<ReturnType<typeof httpApp>>;
beforeAll(async () => {
  app = await httpApp();
  proxied = await httpApp({ trustedProxies: ['127.0.0.1'] });
});
afterAll(() => Promise.all([app.close(), proxied.close()]));

const post = (headers: Record<string, string>) => app.post('{}', 'application/json', headers);

describe('a request that changes something', () => {
  it.each([
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site, from a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['Sec-Fetch-Site: none', { 'sec-fetch-site': 'none' }],
    ['Sec-Fetch-Site: cross-site, and an Origin that looks like ours', { 'sec-fetch-site': 'cross-site', own: 'yes' }],
    ['a foreign Origin', { origin: 'http://evil.example' }],
    ['a foreign port', { origin: 'http://127.0.0.1:1' }],
    ['Origin: null', { origin: 'null' }],
    ['an Origin that is none', { origin: 'evil' }],
  ])('is refused with %s', async (_what, { own, ...headers }: Record<string, string>) => {
    const response = await post({ ...headers, ...(own && { origin: app.url }) });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'CROSS_SITE' });
  });

  it.each([
    ['neither, as from a program', {}],
    ['Sec-Fetch-Site: same-origin', { 'sec-fetch-site': 'same-origin' }],
    [
      'Sec-Fetch-Site: same-origin, behind a proxy that changes Host',
      { 'sec-fetch-site': 'same-origin', other: 'yes' },
    ],
    ['our own Origin', { own: 'yes' }],
  ])('is accepted with %s', async (_what, { own, other, ...headers }: Record<string, string>) => {
    const origin = other ? 'https://tributary.example' : own && app.url;
    expect((await post({ ...headers, ...(origin && { origin }) })).status).toBe(201);
  });

  it('is refused whatever its method is and wherever it goes, and a GET is not', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect((await fetch(`${app.url}/nothing`, { method, headers })).status).toBe(403);
    for (const method of ['GET', 'HEAD']) expect((await fetch(app.url, { method, headers })).status).toBe(200);
  });

  it('is compared with the host that a trusted proxy names, and no other', async () => {
    const headers = { origin: 'https://tributary.example', 'x-forwarded-host': 'tributary.example' };
    expect((await proxied.post('{}', 'application/json', headers)).status).toBe(201);
    expect((await post(headers)).status).toBe(403);
  });
});

it('our own pages are told to name their origin when they send a form, and nothing to others', async () => {
  expect((await app.get('/')).headers.get('referrer-policy')).toBe('same-origin');
});
