import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, tcpProxy, type TcpProxy } from '@tributary/testing';
import type pg from 'pg';
import { accountFor, NOTHING_LOST_NOTHING_DOUBLED } from './ledger.ts';
import { listenToRiver, type River } from './river.ts';
import { startWorld, type Person, type World } from './world.ts';

let world: World;
let river: River;
const accepted: Person[] = [];
const signUp = async (name: string) => {
  const person = await world.signUp(name);
  accepted.push(person);
  return person;
};

beforeAll(async () => {
  world = await startWorld('crash-points', { SMTP_TIMEOUT_MS: '2000' });
  river = await listenToRiver(world.stack.urls.amqp);
});
afterAll(async () => {
  await river[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

describe('a process is killed at the worst moment', () => {
  it('the relay, between the confirm and the delete: the fact is published twice and handled once', async () => {
    await world.stack.stop('signup-relay');
    const ada = await signUp('ada');
    const signup = await world.database('signup');
    const release = await blockWrites(signup, 'messaging.outbox');

    await world.stack.start('signup-relay');
    await eventually(() => river.about(ada.id).length === 1);
    await someoneWaitsFor(signup, 'messaging.outbox');
    await world.stack.kill('signup-relay');
    await release();
    await world.stack.start('signup-relay');

    await eventually(() => river.about(ada.id).filter(({ event }) => event.type === 'user.signed-up.v1').length === 2);
    const [first, second] = river.about(ada.id).filter(({ event }) => event.type === 'user.signed-up.v1');
    expect(second?.event).toEqual(first?.event);
    await world.quiet(accepted);
    expect(await accountFor(world, accepted)).toEqual(NOTHING_LOST_NOTHING_DOUBLED);
  });

  it('email, between the commit and the ack: the message comes again and nothing happens twice', async () => {
    const email = await world.database('email');
    await world.stack.stop('email');
    const grace = await signUp('grace');
    // Everything reaches email, and nothing it says reaches the broker: the ack is written into a frozen connection.
    await withFrozenAcks(email, async () => {
      await eventually(async () => (await stateOfMail(email, grace)) === 'sent', { timeoutMs: 30_000 });
    });
    await eventually(() => river.about(grace.id).some(({ event }) => event.type === 'mail.sent.v1'));
    await world.quiet(accepted);
    expect(river.about(grace.id).filter(({ event }) => event.type === 'mail.sent.v1')).toHaveLength(1);
    expect(await accountFor(world, accepted)).toEqual(NOTHING_LOST_NOTHING_DOUBLED);
  });

  it("email, between the server's 250 and its record: one more copy at most, with the same Message-ID, and it is counted", async () => {
    const email = await world.database('email');
    const locks: (() => Promise<void>)[] = [];
    world.smtp.behave(() => ({ delayMs: 300 }));
    const edith = await signUp('edith');
    await eventually(async () => (await stateOfMail(email, edith)) === 'sending');
    locks.push(await blockWrites(email, 'mails'));
    await eventually(() => world.smtp.mailsTo(edith.email).length === 1);
    await someoneWaitsFor(email, 'mails');
    await world.stack.kill('email');
    for (const release of locks) await release();
    world.smtp.behave({});
    await world.stack.start('email');

    await world.quiet(accepted);
    const { copied, ...account } = await accountFor(world, accepted);
    const { copied: none, ...perfect } = NOTHING_LOST_NOTHING_DOUBLED;
    expect(none).toEqual([]);
    expect(account).toEqual(perfect);
    expect(copied).toEqual([{ person: edith, copies: 2 }]);
    const { rows } = await email.query('SELECT copies FROM mails WHERE user_id = $1', [edith.id]);
    expect(rows).toEqual([{ copies: 2 }]);
  });
});

let proxy: TcpProxy | undefined;
afterAll(() => proxy?.close());

/** Runs email behind a proxy that passes the broker's bytes on and holds back email's, from the first delivery on. */
async function withFrozenAcks(email: pg.Client, until: () => Promise<void>): Promise<void> {
  proxy = await tcpProxy(world.stack.urls.amqp);
  const { AMQP_URL } = world.stack.environment('email');
  const through = Object.assign(new URL(AMQP_URL ?? ''), { port: String(proxy.port) }).href;
  const release = await blockWrites(email, 'mails');
  await world.stack.start('email', { AMQP_URL: through });
  await someoneWaitsFor(email, 'mails');
  proxy.freeze('to-server');
  await release();
  await until();
  await world.stack.kill('email');
  await world.stack.start('email');
}

async function stateOfMail(email: pg.Client, { id }: Person): Promise<string | undefined> {
  const { rows } = await email.query<{ status: string }>('SELECT status FROM mails WHERE user_id = $1', [id]);
  return rows[0]?.status;
}

/** Whoever writes to the table waits; row locks are still granted. @returns what ends it. */
async function blockWrites(client: pg.Client, table: string): Promise<() => Promise<void>> {
  await client.query('BEGIN');
  await client.query(`LOCK TABLE ${table} IN SHARE MODE`);
  return async () => void (await client.query('ROLLBACK'));
}

async function someoneWaitsFor(client: pg.Client, table: string): Promise<void> {
  await eventually(async () => {
    const { rows } = await client.query('SELECT 1 FROM pg_locks WHERE NOT granted AND relation = $1::regclass', [
      table,
    ]);
    return rows.length > 0;
  });
}
