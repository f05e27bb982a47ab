import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, tcpProxy } from '@tributary/testing';
import type pg from 'pg';
import type { Signup } from './ledger/ledger.ts';
import { CLEAN } from './ledger/verdict.ts';
import { blockWrites, someoneWaitsFor } from './locks.ts';
import { listenToRiver, type River } from './river.ts';
import { reached, settled } from './settle.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let river: River;
const clients: Record<string, pg.Client> = {};
const database = (service: string) => clients[service] as pg.Client;

const stated = ({ id }: Signup, type: string) => river.about(id).filter(({ event }) => event.type === type);

beforeAll(async () => {
  world = await startWorld({ label: 'crash-points', environment: { email: { SMTP_TIMEOUT_MS: '2000' } } });
  river = await listenToRiver(world.stack.urls.amqp);
  for (const service of Object.keys(world.stack.topologies)) clients[service] = await world.database(service);
});
afterAll(async () => {
  await Promise.all(Object.values(clients).map((client) => client.end()));
  await river[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

describe('a process is killed at the worst moment', () => {
  it.each([
    ['signup', 'user.signed-up.v1'],
    ['workspace-provisioning', 'workspace.provisioned.v1'],
  ])(
    "%s's relay, between the confirm and the delete: the fact is published twice and handled once",
    async (service, type) => {
      await world.stack.stop(`${service}-relay`);
      const ada = await world.signUp(`ada-${service}`);
      await eventually(
        async () => (await world.query(service, 'SELECT FROM messaging.outbox WHERE type = $1', [type])).length === 1,
      );
      const release = await blockWrites(database(service), 'messaging.outbox');

      await world.stack.start(`${service}-relay`);
      await eventually(() => stated(ada, type).length === 1);
      await someoneWaitsFor(database(service), 'messaging.outbox');
      await world.stack.kill(`${service}-relay`);
      await release();
      await world.stack.start(`${service}-relay`);

      await eventually(() => stated(ada, type).length === 2);
      const [first, second] = stated(ada, type);
      expect(second?.event).toEqual(first?.event);
      expect(await reached(world)).toMatchObject(CLEAN);
    },
  );

  it.each([
    ['email', 'mails', 'mail.sent.v1', 2],
    ['workspace-provisioning', 'workspaces', 'workspace.provisioned.v1', 1],
  ])(
    '%s, between the commit and the ack: the message comes again and nothing happens twice',
    async (service, table, type, times) => {
      const queue = `${service}.user.signed-up.v1`;
      await world.stack.stop(service);
      const grace = await world.signUp(`grace-${service}`);
      const url = new URL(world.stack.environment(service)['AMQP_URL'] ?? '');
      await using proxy = await tcpProxy(url.href);
      url.port = String(proxy.port);

      const release = await blockWrites(database(service), table);
      await world.stack.start(service, { AMQP_URL: url.href });
      await someoneWaitsFor(database(service), table);
      // It has the message. From here on nothing that it says reaches the broker, the ack least of all.
      proxy.freeze('to-server');
      const before = await redeliveries(queue);
      await release();
      await eventually(() => stated(grace, type).length > 0, { timeoutMs: 30_000 });
      await world.killAndStart(service);

      await eventually(async () => (await redeliveries(queue)) > before, { timeoutMs: 20_000 });
      expect(await reached(world)).toMatchObject(CLEAN);
      expect(stated(grace, type)).toHaveLength(times);
    },
  );

  it("email, between the server's 250 and its record: one more copy at most, with the same Message-ID, and counted", async () => {
    const crashes = world.crashes;
    const copiesBefore = (await reached(world)).extraCopies;
    world.smtp.behave(() => ({ delayMs: 300 }));
    // A reserved name: no second mail of theirs that could be the one that was cut off.
    const edith = await world.signUp('edith');
    await eventually(async () => (await stateOfWelcome(edith)) === 'sending');
    const release = await blockWrites(database('email'), 'mails');
    await eventually(() => world.smtp.mailsTo(edith.address).length >= 1);
    await someoneWaitsFor(database('email'), 'mails');
    await world.stack.kill('email');
    world.crashes += 1;
    await release();
    world.smtp.behave({});
    await world.stack.start('email');

    const verdict = await reached(world);
    expect(verdict).toMatchObject(CLEAN);
    expect(verdict.extraCopies - copiesBefore).toBeGreaterThan(0);
    expect(world.crashes).toBe(crashes + 1);
    const { rows } = await database('email').query('SELECT copies FROM mails WHERE user_id = $1 AND kind = $2', [
      edith.id,
      'welcome',
    ]);
    expect(rows).toEqual([{ copies: 2 }]);
  });

  it('analytics, in the middle of a batch: it reads the batch again, and every figure is right', async () => {
    const release = await blockWrites(database('analytics'), 'journeys');
    await world.signUp('rosalind');
    await someoneWaitsFor(database('analytics'), 'journeys');
    await world.stack.kill('analytics');
    await release();
    await world.stack.start('analytics');
    expect(await settled(world)).toMatchObject(CLEAN);
  });
});

async function redeliveries(queue: string): Promise<number> {
  const path = `/queues/%2F/${queue}`;
  const { message_stats } = await world.broker.call<{ message_stats?: { redeliver?: number } }>('GET', path);
  return message_stats?.redeliver ?? 0;
}

async function stateOfWelcome({ id }: Signup): Promise<string | undefined> {
  const { rows } = await database('email').query<{ status: string }>(
    `SELECT status FROM mails WHERE user_id = $1 AND kind = 'welcome'`,
    [id],
  );
  return rows[0]?.status;
}
