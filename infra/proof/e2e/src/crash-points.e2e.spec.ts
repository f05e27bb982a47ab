import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, tcpProxy } from '@tributary/testing';
import type pg from 'pg';
import { accountFor, NOTHING_LOST_NOTHING_DOUBLED } from './ledger.ts';
import { blockWrites, someoneWaitsFor } from './locks.ts';
import { listenToRiver, type River } from './river.ts';
import { startWorld, type Person, type World } from './world.ts';

let world: World;
let river: River;
let signupDb: pg.Client;
let emailDb: pg.Client;
const accepted: Person[] = [];
const signUp = async (name: string) => {
  const person = await world.signUp(name);
  accepted.push(person);
  return person;
};

const stated = (person: Person, type: string) => river.about(person.id).filter(({ event }) => event.type === type);

beforeAll(async () => {
  world = await startWorld('crash-points', { SMTP_TIMEOUT_MS: '2000' });
  river = await listenToRiver(world.stack.urls.amqp);
  signupDb = await world.database('signup');
  emailDb = await world.database('email');
});
afterAll(async () => {
  await Promise.all([signupDb.end(), emailDb.end()]);
  await river[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

describe('a process is killed at the worst moment', () => {
  it('the relay, between the confirm and the delete: the fact is published twice and handled once', async () => {
    await world.stack.stop('signup-relay');
    const ada = await signUp('ada');
    const release = await blockWrites(signupDb, 'messaging.outbox');

    await world.stack.start('signup-relay');
    await eventually(() => stated(ada, 'user.signed-up.v1').length === 1);
    await someoneWaitsFor(signupDb, 'messaging.outbox');
    await world.stack.kill('signup-relay');
    await release();
    await world.stack.start('signup-relay');

    await eventually(() => stated(ada, 'user.signed-up.v1').length === 2);
    const [first, second] = stated(ada, 'user.signed-up.v1');
    expect(second?.event).toEqual(first?.event);
    await world.quiet(accepted);
    expect(await accountFor(world, accepted)).toEqual(NOTHING_LOST_NOTHING_DOUBLED);
  });

  it('email, between the commit and the ack: the message comes again and nothing happens twice', async () => {
    await world.stack.stop('email');
    const grace = await signUp('grace');
    const url = new URL(world.stack.environment('email')['AMQP_URL'] ?? '');
    await using proxy = await tcpProxy(url.href);
    url.port = String(proxy.port);

    const release = await blockWrites(emailDb, 'mails');
    await world.stack.start('email', { AMQP_URL: url.href });
    await someoneWaitsFor(emailDb, 'mails');
    // It has the message. From here on nothing that it says reaches the broker, the ack least of all.
    proxy.freeze('to-server');
    await release();
    await eventually(async () => (await stateOfMail(grace)) === 'sent', { timeoutMs: 30_000 });
    await world.stack.kill('email');
    await world.stack.start('email');

    await eventually(async () => (await redeliveries('email.user.signed-up.v1')) > 0);
    await world.quiet(accepted);
    expect(stated(grace, 'mail.sent.v1')).toHaveLength(1);
    expect(await accountFor(world, accepted)).toEqual(NOTHING_LOST_NOTHING_DOUBLED);
  });

  it("email, between the server's 250 and its record: one more copy at most, with the same Message-ID, and counted", async () => {
    world.smtp.behave(() => ({ delayMs: 300 }));
    const edith = await signUp('edith');
    await eventually(async () => (await stateOfMail(edith)) === 'sending');
    const release = await blockWrites(emailDb, 'mails');
    await eventually(() => world.smtp.mailsTo(edith.email).length === 1);
    await someoneWaitsFor(emailDb, 'mails');
    await world.stack.kill('email');
    await release();
    world.smtp.behave({});
    await world.stack.start('email');

    await world.quiet(accepted);
    const copied = [{ person: edith, copies: 2 }];
    expect(await accountFor(world, accepted)).toEqual({ ...NOTHING_LOST_NOTHING_DOUBLED, copied });
    const { rows } = await emailDb.query('SELECT copies FROM mails WHERE user_id = $1', [edith.id]);
    expect(rows).toEqual([{ copies: 2 }]);
  });
});

async function redeliveries(queue: string): Promise<number> {
  const path = `/queues/%2F/${queue}`;
  const { message_stats } = await world.broker.call<{ message_stats?: { redeliver?: number } }>('GET', path);
  return message_stats?.redeliver ?? 0;
}

async function stateOfMail({ id }: Person): Promise<string | undefined> {
  const { rows } = await emailDb.query<{ status: string }>('SELECT status FROM mails WHERE user_id = $1', [id]);
  return rows[0]?.status;
}
