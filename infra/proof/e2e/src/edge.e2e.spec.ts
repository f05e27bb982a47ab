import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@tributary/testing';
import { type Answer, converse } from './edge/converse.ts';
import { homoglyphs, nastyNames, refused, spellings } from './edge/hostile-names.ts';
import { hostileRequests, INSIDES } from './edge/hostile-requests.ts';
import { addressesIn, asText, htmlOf, OUR_HEADERS } from './edge/mail-parts.ts';
import { slowClients } from './edge/slow-clients.ts';
import { Stranger } from './edge/stranger.ts';
import { decodeHeader } from './ledger/decode-header.ts';
import type { Signup } from './ledger/ledger.ts';
import { CLEAN } from './ledger/verdict.ts';
import { blockWrites } from './locks.ts';
import { settled } from './settle.ts';
import { PATIENT_WITH_MAIL, startWorld, type World } from './world.ts';

const SLOW_CLIENTS = 50;
/** Twice what waits for a commit at most, and more. */
const PEOPLE_IN_A_FLOOD = 3_000;

let world: World;
let stranger: Stranger;
let slow: Promise<Answer[]>;

beforeAll(async () => {
  world = await startWorld({ label: 'edge', environment: PATIENT_WITH_MAIL });
  stranger = new Stranger(world);
  slow = slowClients(stranger.url('signup'), SLOW_CLIENTS);
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

describe('what people type', () => {
  it.each(refused)('is refused by field, and nothing of it is kept: %s', async (_, field) => {
    const answer = await stranger.post({
      email: 'ada@example.com',
      displayName: 'Ada',
      workspaceName: 'Engines',
      ...field,
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'SIGNUP_INVALID' } });
    expect(answer.body['errors']).toMatchObject([{ pointer: `#/${Object.keys(field)[0]}` }]);
  });

  it('is text and nothing else, in both mails and on the page', async () => {
    const workspace = '<b>Bold</b> & "quoted"';
    const people = await Promise.all(
      nastyNames.map((name, n) => world.signUp(`nasty-${n}`, { displayName: name, workspaceNames: [workspace] })),
    );
    const mailsOf = ({ address }: Signup) => world.smtp.mailsTo(address);
    await eventually(() => people.every((person) => mailsOf(person).length === 2));
    for (const person of people) {
      const { address, displayName: name } = person;
      for (const mail of mailsOf(person)) {
        expect(mail.to).toEqual([address]);
        expect(Object.keys(mail.headers).sort()).toEqual(OUR_HEADERS);
        expect(addressesIn(mail.headers['to'])).toEqual([address]);
        expect(htmlOf(mail)).toContain(`<strong>${asText(workspace)}</strong>`);
      }
      const subjects = mailsOf(person).map(({ headers }) => decodeHeader(headers['subject'] ?? ''));
      expect(subjects.sort()).toEqual([`Welcome, ${name}`, `Your workspace ${workspace} is ready`]);
      const form = { email: 'no address', displayName: name, workspaceName: workspace };
      expect(await stranger.formAfter(form)).toContain(`value="${asText(name)}"`);
    }
  });

  it('is one address in every spelling, and two where only the letters look alike', async () => {
    await world.signUp('spelling', { email: spellings.first });
    for (const [, email] of spellings.others)
      expect(await stranger.post({ email, displayName: 'Twin', workspaceName: 'Twins' })).toMatchObject({
        status: 409,
        body: { code: 'SIGNUP_EMAIL_TAKEN' },
      });
    for (const [n, email] of homoglyphs.entries()) await world.signUp(`alike-${n}`, { email });
  });
});

describe('many at once', () => {
  it('1,000 signups with one address: one is accepted, the others are told', async () => {
    const answers = await stranger.signUpAtOnce(
      Array.from({ length: 1_000 }, (_, n) => ({ who: `crowd-${n}`, email: 'crowd@example.com' })),
    );
    expect(Map.groupBy(answers, ({ status }) => status).get(202)).toHaveLength(1);
    expect(answers.filter(({ body }) => body['code'] === 'SIGNUP_EMAIL_TAKEN')).toHaveLength(999);
  });

  it('1,000 repeats of one request: all get the first answer, and another body with its key gets none', async () => {
    const again = { who: 'again', email: 'again@example.com', key: crypto.randomUUID() };
    const answers = await stranger.signUpAtOnce(Array<typeof again>(1_000).fill(again));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body['id']}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(202);
    const [other] = await stranger.signUpAtOnce([{ ...again, email: 'other@example.com' }]);
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  it('more than can be written at the moment: each is accepted or sent away at once, and what is accepted is done', async () => {
    const database = await world.database('signup');
    const release = await blockWrites(database, 'users');
    const before = stranger.answered;
    const flood = stranger.signUpAtOnce(Array.from({ length: PEOPLE_IN_A_FLOOD }, (_, n) => ({ who: `flood-${n}` })));
    await eventually(() => stranger.answered > before + PEOPLE_IN_A_FLOOD / 2);
    await release();
    await database.end();
    const statuses = Map.groupBy(await flood, ({ status }) => status);
    expect([...statuses.keys()].sort()).toEqual([202, 503]);
    for (const { headers } of statuses.get(503) ?? []) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    await world.signUp('after-the-flood');
  });
});

describe('whoever is not the holder of a signup', () => {
  it('is told the same whether there is such a signup or not', async () => {
    const [ada, eve] = [await stranger.holder('ada'), await stranger.holder('eve')];
    for (const [method, path] of [
      ['DELETE', ''],
      ['PUT', '/workspace-name'],
    ] as const) {
      const ask = async (id: string, token?: string) => stranger.ask(method, `/signups/${id}${path}`, token);
      const nobody = crypto.randomUUID();
      expect(await ask(ada.id)).toMatchObject({ status: 401, body: { code: 'MANAGE_TOKEN_MISSING' } });
      expect(await ask(ada.id, eve.token)).toMatchObject({ status: 403, body: { code: 'MANAGE_TOKEN_WRONG' } });
      for (const token of [undefined, eve.token])
        expect(await ask(nobody, token)).toMatchObject(withoutHeaders(await ask(ada.id, token)));
      expect(await ask('no-id', eve.token)).toMatchObject({ status: 404, body: { code: 'SIGNUP_NOT_FOUND' } });
    }
  });
});

describe.each(['signup', 'analytics'])('any answer of %s', (service) => {
  it.each(hostileRequests)('has the security headers and says nothing of the insides: %s', async (_, bytes, status) => {
    const answer = await converse(stranger.url(service), bytes);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    if (status >= 400) expect(JSON.parse(answer.body)).toMatchObject({ status });
    expect(`${[...answer.headers]}${answer.body}`).not.toMatch(INSIDES);
  });
});

describe('in the end', () => {
  it('slow clients have been sent away, and nobody noticed them', async () => {
    const answers = await eventually(() => slow, { timeoutMs: 30_000 });
    expect(answers.map(({ status }) => status)).toEqual(Array(SLOW_CLIENTS).fill(408));
  });

  it('whoever asks too often is told when to come back, and may still look on', async () => {
    await world.stack.stop('signup');
    await world.stack.start('signup', { SIGNUPS_PER_MINUTE: '5' });
    const answers = await stranger.signUpAtOnce(Array.from({ length: 50 }, (_, n) => ({ who: `eager-${n}` })));
    const statuses = Map.groupBy(answers, ({ status }) => status);
    expect([statuses.get(202)?.length, statuses.get(429)?.length]).toEqual([5, 45]);
    for (const { headers } of statuses.get(429) ?? []) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(stranger.url('signup'))).status).toBe(200);
  });

  it('exactly what was accepted exists', async () => {
    expect(await settled(world)).toMatchObject(CLEAN);
    expect(world.stack.status().filter(({ state }) => state !== 'up')).toEqual([]);
  });
});

const withoutHeaders = ({ status, body }: { status: number; body: object }) => ({ status, body });
