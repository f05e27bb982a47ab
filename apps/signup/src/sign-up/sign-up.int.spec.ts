import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { eventually } from '@tributary/testing';
import { lockUsers, signupSystem, type Replica, type SignupSystem } from '../signup-app.fixture.ts';

let system: SignupSystem;
let signup: Replica;

beforeAll(async () => {
  system = await signupSystem();
  signup = await system.start();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

const ada = { email: 'ada@example.com', displayName: 'Ada Lovelace', workspaceName: 'Analytical Engines' };
const someone = (name: string) => ({ ...ada, email: `${name}@example.com` });
interface Answer {
  id: string;
  statusUrl: string;
  manageToken: string;
  code: string;
  errors: { pointer: string }[];
}
const answerOf = (response: Response) => response.json() as Promise<Answer>;
const facts = async () => {
  const rows = await system.prisma.$queryRaw<{ body: string }[]>`SELECT body::text FROM messaging.outbox`;
  return rows.map(({ body }) => UserSignedUp.parse(JSON.parse(body)));
};

describe('POST /signups', () => {
  it('accepts a signup, stores the user and states the fact', async () => {
    const response = await signup.post({ ...ada, email: ' Ada@EXAMPLE.com ', extra: true });
    expect(response.status).toBe(202);
    const { id, statusUrl } = await answerOf(response);
    expect(statusUrl).toBe(`/signups/${id}`);
    expect(response.headers.get('location')).toBe(statusUrl);
    expect(await (await fetch(`${signup.url}${statusUrl}`)).json()).toMatchObject({ id, settled: false });

    const user = await system.prisma.user.findUniqueOrThrow({ where: { id } });
    const [fact] = await facts();
    expect(user).toMatchObject({ ...ada, attempt: 1, conversationId: fact?.id });
    expect(fact?.data).toEqual({ userId: id, ...ada });
  });

  it.each([
    ['in another case', 'ZO\u00c9@B\u00dcCHER.example'],
    ['in full width', '\uff5a\uff4f\u00e9@bücher.example'],
    ['decomposed', 'zoe\u0301@bu\u0308cher.example'],
    ['with its domain encoded', 'zo\u00e9@xn--bcher-kva.example'],
  ])('refuses an address that is taken, %s', async (_how, email) => {
    await signup.post({ ...ada, email: 'zo\u00e9@bücher.example' });
    const response = await signup.post({ ...ada, email });
    expect(response.status).toBe(409);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await answerOf(response)).toMatchObject({ code: 'SIGNUP_EMAIL_TAKEN', status: 409 });
  });

  it('gives 1,000 who ask at once for one address one acceptance, one user and one fact', async () => {
    const responses = await Promise.all(Array.from({ length: 1_000 }, () => signup.post(someone('crowd'))));
    const count = (status: number) => responses.filter((response) => response.status === status).length;
    expect([count(202), count(409)]).toEqual([1, 999]);
    expect(await system.prisma.user.count({ where: { email: 'crowd@example.com' } })).toBe(1);
    expect((await facts()).filter(({ data }) => data.email === 'crowd@example.com')).toHaveLength(1);
    await Promise.all(responses.map((response) => response.body?.cancel()));
  });

  it('answers what is in flight when the service is told to stop', async () => {
    const stopping = await system.start();
    const users = await lockUsers(system);
    const answer = stopping.post(someone('in-flight'));
    await eventually(users.someoneWaits);
    const closed = stopping.close();
    await eventually(async () => (await fetch(stopping.url)).status === 503);
    await users.release();
    expect((await answer).status).toBe(202);
    await closed;
  });

  it('accepts different people who ask at once', async () => {
    const responses = await Promise.all(Array.from({ length: 200 }, (_, n) => signup.post(someone(`many-${n}`))));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set((await Promise.all(responses.map(answerOf))).map(({ id }) => id)).size).toBe(200);
  });
});

it('states each fact in the trace of its own request, although many share a commit', async () => {
  const traces = Array.from({ length: 50 }, (_, n) => `4bf92f3577b34da6a3ce929d0e0e${String(n).padStart(4, '0')}`);
  await Promise.all(
    traces.map((trace) => signup.post(someone(trace), { traceparent: `00-${trace}-00f067aa0ba902b7-01` })),
  );
  const rows = await system.prisma.$queryRaw<{ body: string; traceparent: string }[]>`
    SELECT body::text, traceparent FROM messaging.outbox WHERE body LIKE '%4bf92f3577b34da6a3ce929d0e0e%'`;
  const found = rows.map(({ body, traceparent }) => [UserSignedUp.parse(JSON.parse(body)).data.email, traceparent]);
  const expected = traces.map((trace) => [`${trace}@example.com`, expect.stringContaining(trace)]);
  expect(found.toSorted()).toEqual(expected);
});

describe('Idempotency-Key', () => {
  const key = (value: string) => ({ 'idempotency-key': value });
  /** One that is long enough, for each test. */
  const keyFor = (test: string) => key(test.padEnd(22, '-'));

  it('gives a repeat the first answer, also in another spelling', async () => {
    const first = await answerOf(await signup.post(someone('again'), keyFor('again')));
    const repeat = await signup.post({ ...ada, email: 'AGAIN@example.com' }, keyFor('again'));
    expect(repeat.status).toBe(202);
    expect(await answerOf(repeat)).toEqual(first);
  });

  it('gives 200 repeats that arrive at two replicas at once the same answer', async () => {
    const other = await system.start();
    const responses = await Promise.all(
      Array.from({ length: 200 }, (_, n) => (n % 2 ? signup : other).post(someone('flight'), keyFor('flight'))),
    );
    const answers = await Promise.all(responses.map(answerOf));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ id, manageToken }) => `${id} ${manageToken}`)).size).toBe(1);
    expect((await facts()).filter(({ data }) => data.email === 'flight@example.com')).toHaveLength(1);
    await other.close();
  });

  it('refuses the same key with another body', async () => {
    await signup.post(someone('reuse'), keyFor('reuse'));
    const response = await signup.post(someone('reuse-2'), keyFor('reuse'));
    expect(response.status).toBe(422);
    expect(await answerOf(response)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('remembers acceptances only: a key whose request was refused is free', async () => {
    await signup.post(someone('taken'));
    expect((await signup.post(someone('taken'), keyFor('free'))).status).toBe(409);
    expect((await signup.post({ ...ada, email: 'nobody' }, keyFor('free'))).status).toBe(422);
    expect((await signup.post(someone('free'), keyFor('free'))).status).toBe(202);
  });

  it.each([
    ['none', ''],
    ['21 characters', 'x'.repeat(21)],
    ['256 characters', 'x'.repeat(256)],
    ['two words', 'two words of which neither is short'],
    ['letters beyond ASCII', 'é'.repeat(30)],
  ])('refuses a key of %s, and says what to send', async (_what, value) => {
    const response = await signup.post(someone('bad-key'), key(value));
    expect(response.status).toBe(400);
    const answer = await answerOf(response);
    expect(answer).toMatchObject({
      code: 'IDEMPOTENCY_KEY_INVALID',
      title: expect.stringMatching(/22 .*random.*UUID/),
    });
  });

  it.each([
    ['a UUID', crypto.randomUUID()],
    ['22 characters, as 128 random bits are in Base64', 'AAECAwQFBgcICQoLDA0ODw'],
    ['255 characters', 'x'.repeat(255)],
  ])('takes a key of %s', async (_what, value) => {
    expect((await signup.post(someone(value.slice(0, 40).toLowerCase()), key(value))).status).toBe(202);
  });
});
