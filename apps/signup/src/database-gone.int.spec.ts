import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@tributary/testing';
import { lockUsers, signupSystem, type Replica, type SignupSystem } from './signup-app.fixture.ts';

let system: SignupSystem;
let signup: Replica;

beforeAll(async () => {
  system = await signupSystem();
  signup = await system.start();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

const someone = (name: string) => ({ email: `${name}@example.com`, displayName: 'Ada', workspaceName: 'Engines' });
const users = () => system.prisma.user.count();

async function expectUnavailable(response: Response): Promise<void> {
  expect(response.status).toBe(503);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await response.json()).toMatchObject({ code: 'UNAVAILABLE' });
}

async function expectAcceptedAgain(name: string): Promise<void> {
  await eventually(
    async () => (await signup.post(someone(name), { 'idempotency-key': name.padEnd(22, '-') })).status === 202,
  );
}

describe('without its database', () => {
  it('says 503 with Retry-After, promises nothing, and recovers by itself', async () => {
    const { id } = (await (await signup.post(someone('before'))).json()) as { id: string };
    const before = await users();
    system.proxy.cut({ refusing: true });

    const responses = await Promise.all(Array.from({ length: 20 }, (_, n) => signup.post(someone(`gone-${n}`))));
    for (const response of responses) await expectUnavailable(response);
    await expectUnavailable(await fetch(`${signup.url}/signups/${id}`));
    expect(await users()).toBe(before);

    system.proxy.resume();
    await expectAcceptedAgain('gone-0');
    expect(await users()).toBe(before + 1);
  });

  it('shows a person the form again, with what was typed', async () => {
    system.proxy.cut({ refusing: true });
    const response = await fetch(signup.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(someone('typed')),
    });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.text()).toContain('value="typed@example.com"');
    system.proxy.resume();
    await expectAcceptedAgain('typed');
  });

  it('gives up on a database that has stopped answering, sheds what it cannot hold, and recovers', async () => {
    system.proxy.freeze();
    const before = await users();
    const responses = await Promise.all(Array.from({ length: 1_400 }, (_, n) => signup.post(someone(`frozen-${n}`))));
    for (const response of responses) await expectUnavailable(response);
    system.proxy.resume();
    await expectAcceptedAgain('frozen-0');
    expect(await users()).toBe(before + 1);
  });

  it('stops while its database has stopped answering', async () => {
    const other = await system.start();
    await eventually(async () => (await other.post(someone('asked'))).status !== 503);
    system.proxy.freeze();
    await other.close();
    system.proxy.resume();
    await expectAcceptedAgain('stopped');
    await system.prisma.user.deleteMany();
  });

  it('gives up on a table that is locked before the database does, and recovers', async () => {
    const before = await users();
    await using lock = await lockUsers(system);
    const patient = users().catch((error: unknown) => error);
    await expectUnavailable(await signup.post(someone('locked')));
    expect(await lock.someoneWaits()).toBe(true);
    await lock.release();
    await expectAcceptedAgain('locked');
    expect(await users()).toBe(before + 1);
    await patient;
  });
});
