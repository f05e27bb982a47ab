import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Event } from '@tributary/contracts';
import { eventually, tcpProxy } from '@tributary/testing';
import { AnalyticsSystem, type Replica } from './analytics-system.fixture.ts';
import { beginning, everybodyJoined, Person, personal } from './projections/records.fixture.ts';

const at = (seconds: number) => new Date(beginning.getTime() + seconds * 1_000).toISOString();
const stuck = new Person(200);
const provisioned = stuck.provisioned();
const recovered = new Person(60);
const left = new Person(120);
const facts: Event[] = [
  ...everybodyJoined(),
  ...[0, 1, 2].flatMap((second) => new Person(second).onboarded()),
  ...recovered.recovered(),
  ...left.left(),
  ...[stuck.signedUp, provisioned],
];

let system: AnalyticsSystem;
let analytics: Replica;
beforeAll(async () => {
  system = await AnalyticsSystem.create();
  analytics = await system.start({ TRACE_URL: 'http://traces.example/trace/{traceId}?a=1&b=2' });
  await system.publish(...facts);
  await system.hasRead(facts.length);
});
afterAll(() => system[Symbol.asyncDispose]());

async function answer<Body = unknown>(path: string): Promise<Body> {
  const response = await analytics.get(path);
  expect([path, response.status]).toEqual([path, 200]);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  const text = await response.text();
  for (const value of Object.values(personal)) expect(text).not.toContain(value);
  return JSON.parse(text) as Body;
}

describe('the answers', () => {
  it('/funnel: how far signups come', async () => {
    expect(await answer('/funnel')).toEqual({
      ...{ signedUp: 6, welcomed: 4, provisioned: 5, failed: 1, recovered: 1, completed: 4, withdrawn: 1 },
    });
  });

  it('/series: facts by type and minute', async () => {
    const series = await answer<{ minute: string; counts: Record<string, number> }[]>('/series?minutes=60');
    const count = (type: string) => series.reduce((sum, { counts }) => sum + (counts[type] ?? 0), 0);
    expect([count('user.signed-up.v1'), count('mail.sent.v1'), count('service.joined.v1')]).toEqual([6, 9, 3]);
    expect(await answer('/series?minutes=1')).toEqual([]);
  });

  it('/reactions: each promise, how it is kept and how fast', async () => {
    const all = { p50: 1_000, p95: 1_000, p99: 1_000 };
    const reactions = await answer<{ service: string; type: string }[]>('/reactions');
    expect(reactions).toHaveLength(7);
    expect(reactions).toContainEqual({
      service: 'email',
      type: 'user.signed-up.v1',
      promises: ['mail.sent.v1', 'mail.failed.v1'],
      withinMs: 60_000,
      ...{ kept: 4, open: 1, late: 1, latencyMs: all },
    });
    expect(reactions).toContainEqual(
      expect.objectContaining({
        service: 'workspace-provisioning',
        type: 'user.withdrawn.v1',
        kept: 1,
        open: 0,
        late: 0,
      }),
    );
    const lately = await answer<{ service: string; type: string }[]>('/reactions?minutes=1');
    expect(lately).toContainEqual(
      expect.objectContaining({ service: 'email', type: 'user.signed-up.v1', kept: 0, open: 1, late: 1 }),
    );
  });

  it('/services: who states, hears and promises what', async () => {
    const services = await answer<{ service: string }[]>('/services');
    expect(services.map(({ service }) => service)).toEqual(['email', 'signup', 'workspace-provisioning']);
    expect(services[1]).toMatchObject({
      joinedAt: at(-60),
      readsLog: false,
      states: [
        { type: 'service.joined.v1', count: 1 },
        { type: 'user.signed-up.v1', count: 6 },
        { type: 'user.withdrawn.v1', count: 1 },
        { type: 'workspace-name.chosen.v1', count: 1 },
      ],
    });
    expect(services[0]).toMatchObject({
      hears: expect.arrayContaining([
        { type: 'user.withdrawn.v1', promises: ['mail-address.forgotten.v1'], withinMs: 10_000 },
      ]),
    });
  });

  it('/journeys: the latest first, each with its state', async () => {
    const journeys = await answer<{ signupId: string; status: string; signedUpAt: string }[]>('/journeys?limit=4');
    expect(journeys.map(({ signupId, status }) => [signupId, status])).toEqual([
      [stuck.id, 'stuck'],
      [left.id, 'withdrawn'],
      [recovered.id, 'completed'],
      [expect.any(String), 'completed'],
    ]);
    expect(journeys[0]).toMatchObject({ signedUpAt: at(200), facts: 2 });
  });

  it('/journeys?stuck=true: who waits for whom, and since when', async () => {
    const since = [at(200), at(202)];
    expect(await answer('/journeys?stuck=true')).toMatchObject([
      {
        id: stuck.signedUp.id,
        signupId: stuck.id,
        expected: [
          { service: 'email', cause: { type: 'user.signed-up.v1' }, since: since[0], dueAt: at(260), late: true },
          {
            service: 'email',
            cause: { type: 'workspace.provisioned.v1' },
            since: since[1],
            dueAt: at(262),
            late: true,
          },
        ],
      },
    ]);
  });

  it('/journeys/:id: each fact, who handled it, what is still expected, and the trace', async () => {
    const journey = await answer<{ facts: object[] }>(`/journeys/${stuck.id}`);
    const traceId = stuck.signedUp.id.replaceAll('-', '');
    expect(journey).toMatchObject({
      id: stuck.signedUp.id,
      status: 'stuck',
      expected: [{ service: 'email' }, { service: 'email' }],
      facts: [
        {
          id: stuck.signedUp.id,
          type: 'user.signed-up.v1',
          service: 'signup',
          statedAt: at(200),
          publishedAt: new Date(Date.parse(at(200)) + 5).toISOString(),
          details: { userId: stuck.id },
          traceId,
          traceUrl: `http://traces.example/trace/${traceId}?a=1&b=2`,
          reactions: [{ id: provisioned.id, service: 'workspace-provisioning', statedAt: at(202), afterMs: 2_000 }],
        },
        { id: provisioned.id, causationId: stuck.signedUp.id, reactions: [] },
      ],
    });
    expect(await answer(`/journeys/${stuck.signedUp.id.toUpperCase()}`)).toMatchObject({ signupId: stuck.id });
  });

  it('expect nothing from those who undid their part for somebody who withdrew', async () => {
    expect(await answer(`/journeys/${left.id}`)).toMatchObject({
      status: 'withdrawn',
      withdrawnAt: at(150),
      expected: [],
    });
  });

  it('have nobody stuck any more once the fact has come', async () => {
    const late = [stuck.mail(stuck.signedUp, 'welcome', 390), stuck.mail(provisioned, 'workspace-ready', 391)];
    await system.publish(...late);
    await eventually(async () => expect(await answer('/journeys?stuck=true')).toEqual([]));
    expect(await answer(`/journeys/${stuck.id}`)).toMatchObject({ status: 'completed', expected: [] });
  });
});

describe('a request that has no answer', () => {
  const problemOf = async (response: Response) => {
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    return (await response.json()) as object;
  };

  it.each([
    ['/series?minutes=0', 'minutes'],
    ['/series?minutes=ten', 'minutes'],
    ['/series?minutes=999999', 'minutes'],
    ['/reactions?minutes=1.5', 'minutes'],
    ['/journeys?stuck=perhaps', 'stuck'],
    ['/journeys?limit=501', 'limit'],
    ['/journeys?limit=1&limit=2', 'limit'],
    ['/journeys?late=true', 'late'],
    ['/funnel?since=yesterday', 'since'],
  ])('%s names what is wrong', async (path, parameter) => {
    const response = await analytics.get(path);
    expect(response.status).toBe(400);
    expect(await problemOf(response)).toMatchObject({
      type: 'urn:tributary:problem:query-invalid',
      errors: [{ parameter, detail: expect.any(String) }],
    });
  });

  it.each([
    [`/journeys/${randomUUID()}`, 'JOURNEY_NOT_FOUND'],
    ['/journeys/ada@example.com', 'JOURNEY_NOT_FOUND'],
    ['/nothing', 'NOT_FOUND'],
    ['/assets/..%2fpackage.json', 'NOT_FOUND'],
  ])('%s is not found', async (path, code) => {
    const response = await analytics.get(path);
    expect(response.status).toBe(404);
    expect(await problemOf(response)).toMatchObject({ status: 404, code });
  });

  it('is refused when there are too many', async () => {
    await using limited = await system.start({ READS_PER_MINUTE: '2' });
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await limited.get('/funnel')).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  it('may be repeated when the database is away', async () => {
    await using proxy = await tcpProxy(system.config.DATABASE_URL);
    await using replica = await system.start({ DATABASE_URL: proxy.url });
    expect((await replica.get('/funnel')).status).toBe(200);
    proxy.cut({ refusing: true });
    for (const path of ['/funnel', `/journeys/${left.id}`]) {
      const response = await replica.get(path);
      expect([path, response.status, Number(response.headers.get('retry-after')) > 0]).toEqual([path, 503, true]);
      expect(await problemOf(response)).toMatchObject({ code: 'UNAVAILABLE' });
    }
    proxy.resume();
    await eventually(async () => (await replica.get('/funnel')).status === 200);
  });

  it.each(['/', '/funnel', '/nothing'])('%s or not: nothing inline is allowed', async (path) => {
    const policy = (await analytics.get(path)).headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none';style-src 'self';img-src 'self';form-action 'self'/);
    expect(policy).not.toMatch(/unsafe|script/);
  });
});
