import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@tributary/testing';
import type { Signup } from './ledger/ledger.ts';
import { mix } from './ledger/mix.ts';
import { CLEAN, summary } from './ledger/verdict.ts';
import { reached, settled } from './settle.ts';
import { intentOf, type Status, startWorld, type World } from './world.ts';

const PROCESSES = ['signup', 'email', 'workspace-provisioning', 'analytics'].flatMap((name) => [name, `${name}-relay`]);
/** Of each mix; every victim has its own, so that a line of the ledger says during whose kill it happened. */
const SIGNUPS = 100;

let world: World;

beforeAll(async () => {
  world = await startWorld({ label: 'outages' });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

describe('kill -9 of any single process under load', () => {
  it.each([...PROCESSES, 'rabbitmq', 'postgres'].map((victim, index) => [victim, index + 1] as const))(
    'loses nothing and doubles nothing: %s',
    async (victim, seed) => {
      const before = world.ledger.accepted.length;
      const load = world.play(mix(seed, SIGNUPS));
      await eventually(() => world.ledger.accepted.length > before + SIGNUPS / 4, { timeoutMs: 30_000 });
      await world.killAndStart(victim);
      await load;
      expect(await reached(world)).toMatchObject(CLEAN);
    },
  );
});

describe("an outage of one is nobody else's problem", () => {
  it('the broker is killed: signups are still accepted, and the facts follow when it is back', async () => {
    await world.stack.kill('rabbitmq');
    expect(await world.play(many('no-broker', 50))).toHaveLength(50);
    await world.stack.start('rabbitmq');
    expect(await reached(world)).toMatchObject(CLEAN);
  });

  it('signup has lost its database: it says so, promises nothing, and recovers alone', async () => {
    await world.stack.kill('postgres');
    world.crashes += 1;
    const body = JSON.stringify({ email: 'nobody@example.com', displayName: 'Nobody', workspaceName: 'Nowhere' });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${world.stack.urls.services['signup']}/signups`, { method: 'POST', headers, body });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);

    await world.stack.start('postgres');
    await world.signUp('after-the-database');
    expect(await reached(world)).toMatchObject(CLEAN);
  });

  it('email is down during a burst of 2,000 signups: all are accepted, wait, and are caught up with', async () => {
    await world.stack.kill('email');
    const mails = world.smtp.mails.length;
    const burst = await world.play(many('burst', 2_000));
    expect(burst).toHaveLength(2_000);

    await eventually(async () => (await world.broker.depths())['email.user.signed-up.v1'] === 2_000, {
      timeoutMs: 60_000,
    });
    expect(world.smtp.mails).toHaveLength(mails);
    expect((await statusOf(burst[0] as Signup)).steps).toContainEqual(
      expect.objectContaining({ name: 'welcome-mail', state: 'pending' }),
    );

    await world.stack.start('email');
    expect(await reached(world, { timeoutMs: 240_000 })).toMatchObject(CLEAN);
  });

  it('and nothing more comes when all is quiet', async () => {
    const verdict = await settled(world);
    console.log(summary(world.ledger, verdict));
    expect(verdict).toMatchObject(CLEAN);
  });
});

const many = (name: string, count: number) => Array.from({ length: count }, (_, n) => intentOf(`${name}-${n}`));
const statusOf = ({ id }: Signup) => world.get<Status>('signup', `/signups/${id}`);
