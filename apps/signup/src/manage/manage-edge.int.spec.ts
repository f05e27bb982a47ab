import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lockUsers, signupSystem, type Replica, type SignupSystem } from '../signup-app.fixture.ts';
import { codeOf, Holder } from './holder.fixture.ts';

let system: SignupSystem;
let signup: Replica;

beforeAll(async () => {
  system = await signupSystem();
  signup = await system.start();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

const cookieOf = (response: Response) => response.headers.get('set-cookie') ?? '';
const ada = () => ({ email: `${crypto.randomUUID()}@example.com`, displayName: 'Ada', workspaceName: 'Engines' });
const form = (fields: Record<string, string>, headers: Record<string, string>) =>
  ({ method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields) }) as const;

describe('without the right manage token', () => {
  it.each([
    ['none', {}, 401, 'MANAGE_TOKEN_MISSING'],
    ['an empty one', { authorization: 'Bearer ' }, 401, 'MANAGE_TOKEN_MISSING'],
    ['another scheme', { authorization: 'Basic YWRhOmFkYQ==' }, 401, 'MANAGE_TOKEN_MISSING'],
    ['a wrong one', { authorization: 'Bearer AAAA' }, 403, 'MANAGE_TOKEN_WRONG'],
    ['a wrong cookie', { cookie: 'manage_token=AAAA' }, 403, 'MANAGE_TOKEN_WRONG'],
  ])('nothing can be changed: %s', async (_what, headers: Record<string, string>, status, code) => {
    const holder = await Holder.refused(system, signup);
    for (const response of [await holder.choose('Difference Engines', headers), await holder.withdraw(headers)]) {
      expect(response.status).toBe(status);
      expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
      expect(await codeOf(response)).toBe(code);
    }
    expect((await holder.status()).status).toBe(200);
  });

  it('nothing can be changed with the token of somebody else', async () => {
    const [holder, other] = [await Holder.refused(system, signup), await Holder.new(signup)];
    expect((await holder.choose('Difference Engines', other.token)).status).toBe(403);
    expect((await holder.withdraw(other.token)).status).toBe(403);
  });

  it('the database is not asked', async () => {
    const holder = await Holder.new(signup);
    system.proxy.cut({ refusing: true });
    expect((await holder.withdraw({ authorization: 'Bearer AAAA' })).status).toBe(403);
    system.proxy.resume();
  });
});

describe('the cookie', () => {
  it.each(['/signups', '/'])('of POST %s belongs to one signup, and to no script or other site', async (path) => {
    const response = await (path === '/' ? fetch(signup.url, form(ada(), {})) : signup.post(ada()));
    const id = /[0-9a-f-]{36}$/.exec(response.headers.get('location') ?? '')?.[0];
    expect(cookieOf(response)).toMatch(/^manage_token=[\w-]{43}; Max-Age=2592000; /);
    expect(cookieOf(response)).toMatch(new RegExp(`; Path=/signups/${id}; HttpOnly; SameSite=Strict$`));
    expect(response.headers.get('location')).not.toContain(/=([^;]+)/.exec(cookieOf(response))?.[1]);
  });

  it('goes over HTTPS only when it was given over HTTPS', async () => {
    const proxied = await system.start({ TRUSTED_PROXIES: '127.0.0.1' });
    const response = await proxied.post(ada(), { 'x-forwarded-proto': 'https' });
    expect(cookieOf(response)).toMatch(/; Secure$/);
  });

  it('is enough, among others, and is taken away with the signup', async () => {
    const holder = await Holder.new(signup);
    const cookie = `theme=dark; manage_token=${holder.token.authorization.replace('Bearer ', '')}; x=y`;
    const response = await holder.withdraw({ cookie });
    expect(response.status).toBe(204);
    expect(cookieOf(response)).toMatch(new RegExp(`^manage_token=; Max-Age=0; Path=/signups/${holder.id};`));
  });

  it.each(['cross-site', 'same-site', 'none'])('is not enough for a form that comes %s', async (from) => {
    const holder = await Holder.refused(system, signup);
    const cookie = `manage_token=${holder.token.authorization.replace('Bearer ', '')}`;
    const headers = { cookie, 'sec-fetch-site': from, accept: 'text/html' };
    const self = `${signup.url}/signups/${holder.id}`;
    const posts = [
      await fetch(`${self}/workspace-name`, form({ workspaceName: 'Difference Engines' }, headers)),
      await fetch(`${self}/withdrawal`, form({}, headers)),
      await holder.withdraw(headers),
    ];
    expect(posts.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(await posts[0]?.text()).toContain('This form was not sent from our own page.');
    expect(await codeOf(posts[2] as Response)).toBe('CROSS_SITE');
    const own = await fetch(`${self}/withdrawal`, form({}, { ...headers, 'sec-fetch-site': 'same-origin' }));
    expect(own.status).toBe(303);
  });
});

describe('without its database', () => {
  const expectUnavailable = async (response: Response) => {
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await codeOf(response)).toBe('UNAVAILABLE');
  };

  it('says 503 with Retry-After, and changes nothing', async () => {
    const holder = await Holder.refused(system, signup);
    system.proxy.cut({ refusing: true });
    await expectUnavailable(await holder.choose('Difference Engines'));
    await expectUnavailable(await holder.withdraw());
    system.proxy.resume();
    expect(await system.statedAbout(holder.id)).toHaveLength(1);
  });

  it('gives up on a table that is locked', async () => {
    const holder = await Holder.refused(system, signup);
    await using _lock = await lockUsers(system);
    const responses = await Promise.all([holder.choose('Difference Engines'), holder.withdraw()]);
    for (const response of responses) await expectUnavailable(response);
  });
});

it('the rate limit counts changes apart from signups and from reads', async () => {
  const limited = await system.start({ CHANGES_PER_MINUTE: '2', SIGNUPS_PER_MINUTE: '2' });
  const holder = await Holder.new(limited);
  const url = `${limited.url}/signups/${holder.id}`;
  const asked = [
    await holder.choose('Engines'),
    await fetch(`${url}/withdrawal`, form({}, {})),
    await holder.withdraw(),
  ];
  expect(asked.map(({ status }) => status)).toEqual([409, 401, 429]);
  expect((await holder.status()).status).toBe(200);
  expect((await limited.post(ada())).status).toBe(202);
  expect((await limited.post(ada())).status).toBe(429);
});
