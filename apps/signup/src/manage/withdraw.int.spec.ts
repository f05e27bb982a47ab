import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  MailFailed,
  MailSent,
  UserWithdrawn,
  WorkspaceNameChosen,
  WorkspaceProvisioned,
  WorkspaceProvisioningFailed,
} from '@tributary/contracts';
import { exampleEvent } from '@tributary/testing';
import { signupSystem, type Replica, type SignupSystem } from '../signup-app.fixture.ts';
import { codeOf, Holder } from './holder.fixture.ts';
import { manageToken } from './manage-token.ts';

let system: SignupSystem;
let signup: Replica;

beforeAll(async () => {
  system = await signupSystem();
  signup = await system.start();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

const ada = { displayName: 'Ada', workspaceName: 'Engines' };
const idOf = async (response: Response) => ((await response.json()) as { id: string }).id;
const typesAbout = async ({ id }: Holder) => (await system.statedAbout(id)).map(({ type }) => type);

/** Every row of ours in which this id stands. */
async function tracesOf(id: string): Promise<string[]> {
  const { prisma } = system;
  const where = { userId: id };
  const counts = {
    users: await prisma.user.count({ where: { id } }),
    steps: await prisma.onboardingStep.count({ where }),
    keys: await prisma.idempotencyKey.count({ where }),
    withdrawals: await prisma.withdrawal.count({ where }),
  };
  return Object.entries(counts).flatMap(([table, count]) => (count > 0 ? [table] : []));
}

describe('DELETE /signups/:id', () => {
  it('forgets everything but the id, and states the withdrawal in the conversation of the signup', async () => {
    const holder = await Holder.refused(system, signup);
    const key = { userId: holder.id, key: holder.id, fingerprint: 'f', createdAt: new Date() };
    await system.prisma.idempotencyKey.create({ data: key });
    expect(await tracesOf(holder.id)).toEqual(['users', 'steps', 'keys']);
    const response = await holder.withdraw();
    expect(response.status).toBe(204);
    expect(await tracesOf(holder.id)).toEqual(['withdrawals']);

    const [signedUp, withdrawn] = await system.statedAbout(holder.id);
    const conversation = { causationid: signedUp?.id, correlationid: signedUp?.id };
    expect(withdrawn).toMatchObject({ type: UserWithdrawn.type, data: { userId: holder.id }, ...conversation });
  });

  it('says so again when it is repeated, and states nothing twice', async () => {
    const holder = await Holder.new(signup);
    const responses = await Promise.all(Array.from({ length: 20 }, () => holder.withdraw()));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([204]));
    expect((await holder.withdraw()).status).toBe(204);
    expect((await typesAbout(holder)).filter((type) => type === UserWithdrawn.type)).toHaveLength(1);
  });

  it('is gone afterwards, for whoever asks or chooses', async () => {
    const holder = await Holder.refused(system, signup);
    await holder.withdraw();
    for (const response of [await holder.status(), await holder.choose('Difference Engines')]) {
      expect(response.status).toBe(410);
      expect(await codeOf(response)).toBe('SIGNUP_WITHDRAWN');
    }
  });

  it('is unknown for an id that nobody has had, and stays free of any trace', async () => {
    const id = crypto.randomUUID();
    const authorization = `Bearer ${manageToken('a secret for tests, and for nothing else', id)}`;
    const response = await fetch(`${signup.url}/signups/${id}`, { method: 'DELETE', headers: { authorization } });
    expect(response.status).toBe(404);
    expect(await tracesOf(id)).toEqual([]);
  });

  it('frees the address: who signs up with it again is somebody new, even with the same key', async () => {
    const body = { ...ada, email: 'again@example.com' };
    const key = { 'idempotency-key': crypto.randomUUID() };
    const { id, manageToken: token } = (await (await signup.post(body, key)).json()) as Record<string, string>;
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${signup.url}/signups/${id}`, { method: 'DELETE', headers })).status).toBe(204);
    const again = await signup.post(body, key);
    expect(again.status).toBe(202);
    const newId = await idOf(again);
    expect(newId).not.toBe(id);
    expect(await tracesOf(newId)).toEqual(['users', 'keys']);
  });

  it('leaves facts that arrive afterwards alone', async () => {
    const holder = await Holder.new(signup);
    await holder.withdraw();
    const about = { userId: holder.id };
    await system.publishInOrder(
      exampleEvent(WorkspaceProvisioned, about),
      exampleEvent(WorkspaceProvisioningFailed, about),
      exampleEvent(MailSent, about),
      exampleEvent(MailFailed, about),
    );
    expect(await tracesOf(holder.id)).toEqual(['withdrawals']);
    expect((await holder.status()).status).toBe(410);
  });

  it('and another name at once end in either order, and nothing is stated after the withdrawal', async () => {
    for (let n = 0; n < 40; n++) {
      const holder = await Holder.refused(system, signup);
      const withdraw = () => holder.withdraw();
      const choose = () => holder.choose('Difference Engines');
      const [first, second] = await Promise.all(n % 2 ? [withdraw(), choose()] : [choose(), withdraw()]);
      const [withdrawn, chosen] = n % 2 ? [first, second] : [second, first];
      expect(withdrawn.status).toBe(204);
      const [, ...stated] = await typesAbout(holder);
      // A name that was accepted just before may find the person gone when it reports their status.
      const wasChosen = stated.includes(WorkspaceNameChosen.type);
      expect(stated).toEqual(wasChosen ? [WorkspaceNameChosen.type, UserWithdrawn.type] : [UserWithdrawn.type]);
      expect(wasChosen ? [202, 410] : [410]).toContain(chosen.status);
      expect(await tracesOf(holder.id)).toEqual(['withdrawals']);
    }
  });

  it('and the late repeat of a request at once do not wait for each other', async () => {
    const people = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const body = { ...ada, email: `${crypto.randomUUID()}@example.com` };
        const key = { 'idempotency-key': body.email };
        const { id, manageToken: token } = (await (await signup.post(body, key)).json()) as Record<string, string>;
        return { body, key, url: `${signup.url}/signups/${id}`, headers: { authorization: `Bearer ${token}` } };
      }),
    );
    await system.prisma.$executeRaw`UPDATE idempotency_keys SET created_at = now() - interval '25 hours'`;
    // Ten at a time: a request that finds no free connection within two seconds is a 503, and 120 at once met that on a busy machine.
    while (people.length > 0) {
      const answers = await Promise.all(
        people.splice(0, 10).map(async ({ body, key, url, headers }) => {
          const [repeat, withdrawn] = [signup.post(body, key), fetch(url, { method: 'DELETE', headers })];
          return [(await repeat).status, (await withdrawn).status];
        }),
      );
      for (const [repeat, withdrawn] of answers) {
        expect([202, 409]).toContain(repeat);
        expect(withdrawn).toBe(204);
      }
    }
  });

  it('and facts at once leave nothing behind', async () => {
    const holders = await Promise.all(Array.from({ length: 30 }, () => Holder.new(signup)));
    const about = ({ id }: Holder) => exampleEvent(WorkspaceProvisioned, { userId: id });
    const [responses] = await Promise.all([
      Promise.all(holders.map((holder) => holder.withdraw())),
      Promise.all(holders.map((holder) => system.publishInOrder(about(holder)))),
    ]);
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([204]));
    for (const { id } of holders) expect(await tracesOf(id)).toEqual(['withdrawals']);
  });
});
