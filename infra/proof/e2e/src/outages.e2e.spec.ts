import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@tributary/testing';
import { accountFor, NOTHING_LOST_NOTHING_DOUBLED } from './ledger.ts';
import { signUpMany } from './load.ts';
import { startWorld, type Person, type World } from './world.ts';

let world: World;
const accepted: Person[] = [];

beforeAll(async () => {
  world = await startWorld('outages', { SMTP_TIMEOUT_MS: '2000' });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

describe("an outage of one is nobody else's problem", () => {
  it('email is down during a burst of 2,000 signups: all are accepted, wait, and are caught up with', async () => {
    await world.stack.kill('email');
    const burst = await signUpMany(world, 'burst', 2_000);
    expect(burst).toHaveLength(2_000);
    accepted.push(...burst);

    await eventually(async () => (await world.broker.depths())['email.user.signed-up.v1'] === 2_000, {
      timeoutMs: 60_000,
    });
    expect(world.smtp.mails).toHaveLength(0);
    expect((await world.status(burst[0] as Person)).steps).toContainEqual(
      expect.objectContaining({ name: 'welcome-mail', state: 'pending' }),
    );

    await world.stack.start('email');
    await world.quiet(accepted);
    expect(await accountFor(world, accepted)).toEqual(NOTHING_LOST_NOTHING_DOUBLED);
  });

  it('the broker is killed: signups are still accepted, and the facts follow when it is back', async () => {
    await world.stack.kill('rabbitmq');
    const meanwhile = await signUpMany(world, 'no-broker', 50);
    expect(meanwhile).toHaveLength(50);
    accepted.push(...meanwhile);

    await world.stack.start('rabbitmq');
    await world.quiet(accepted);
    expect(await accountFor(world, accepted)).toEqual(NOTHING_LOST_NOTHING_DOUBLED);
  });

  it('signup has lost its database: it says so, promises nothing, and recovers alone', async () => {
    await world.stack.kill('postgres');
    const base = world.stack.urls.services['signup'];
    const body = JSON.stringify({ email: 'nobody@example.com', displayName: 'Nobody', workspaceName: 'Nowhere' });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${base}/signups`, { method: 'POST', headers, body });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);

    await world.stack.start('postgres');
    const after = await eventually(() => world.signUp('after-the-database'), { timeoutMs: 30_000 });
    accepted.push(after);
    await world.quiet(accepted);
    expect(await accountFor(world, accepted)).toEqual(NOTHING_LOST_NOTHING_DOUBLED);
  });
});

describe('kill -9 of any single process under load', () => {
  it.each(['signup', 'signup-relay', 'email', 'email-relay', 'rabbitmq', 'postgres'])(
    'loses nothing and doubles nothing: %s',
    async (victim) => {
      const before = world.smtp.mails.length;
      const load = signUpMany(world, `killing-${victim}`, 300, { untilAccepted: true });
      await eventually(() => world.smtp.mails.length > before, { timeoutMs: 30_000 });
      await world.stack.kill(victim);
      await world.stack.start(victim);
      accepted.push(...(await load));
      await world.quiet(accepted);

      const { copied, ...account } = await accountFor(world, accepted);
      const { copied: none, ...perfect } = NOTHING_LOST_NOTHING_DOUBLED;
      expect(account).toEqual(perfect);
      // A mail server takes part in no transaction: one more copy, with the same Message-ID, of a mail that was
      // between the server's 250 and our record when the process or its database went away.
      const mayCopy = victim === 'email' || victim === 'postgres' ? 2 : 1;
      expect(copied.filter(({ copies }) => copies > mayCopy)).toEqual(none);
      forget(copied.map(({ person }) => person));
    },
  );
});

/** Judged once: the next victim is held against its own copies only. */
function forget(people: Person[]): void {
  for (const { email } of people) {
    const extra = world.smtp.mails.findIndex(({ to }) => to.includes(email));
    world.smtp.mails.splice(extra, 1);
  }
}
