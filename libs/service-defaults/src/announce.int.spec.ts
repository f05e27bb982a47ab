import { ServiceJoined } from '@tributary/contracts';
import { announcementOf } from '@tributary/messaging';
import { outboxMigrations } from '@tributary/outbox';
import { configureLogging } from '@tributary/telemetry';
import { eventually, tcpProxy, testDatabase } from '@tributary/testing';
import { describe, expect, it } from '@jest/globals';
import { Child, run } from '../fixtures/child.ts';
import { surround } from '../fixtures/surroundings.ts';
import { announce } from './announce.ts';
import { databasePool, withClient } from './database.ts';

configureLogging({ level: 'silent', service: 'test' });

const announcement = () => announcementOf({ service: 'greeter', handlers: [] });

/** What the outbox of a service has, through a network that can be cut. */
async function stage() {
  const database = await testDatabase({ migrations: [outboxMigrations] });
  const proxy = await tcpProxy(database.url);
  const pool = databasePool({ DATABASE_URL: proxy.url, DATABASE_POOL_SIZE: 1 }, 'spec');
  const stated = () =>
    withClient(database.url, 'spec', async (client) => {
      const { rows } = await client.query<{ body: string }>('SELECT body FROM messaging.outbox');
      return rows.map(({ body }) => ServiceJoined.parse(JSON.parse(body)));
    });
  const dispose = async () => {
    await proxy.close();
    await pool.end();
    await database.drop();
  };
  return { proxy, pool, stated, [Symbol.asyncDispose]: dispose };
}

describe('the announcement', () => {
  it('says at every start of serve what the service hears and promises', async () => {
    const on = await surround();
    await run(['setup'], on.env);
    const bodies = () => on.query('SELECT body FROM messaging.outbox ORDER BY stated_at');
    for (const count of [1, 2]) {
      const child = new Child(['serve'], on.env);
      await eventually(async () => (await bodies()).length === count, { timeoutMs: 30_000 });
      child.process.kill('SIGTERM');
      expect(await child.ended).toBe(0);
    }
    for (const { body } of await bodies()) {
      expect(ServiceJoined.parse(JSON.parse(body as string)).data).toEqual({
        service: 'greeter',
        readsLog: false,
        hears: [{ type: 'user.signed-up.v1', promises: ['mail.sent.v1'], withinMs: 10_000 }],
      });
    }
    await on.remove();
  }, 60_000);

  it('is put into the outbox when the database is back', async () => {
    await using on = await stage();
    on.proxy.cut({ refusing: true });
    let attempts = 0;
    const announced = announce(on.pool, () => (attempts++, announcement()), new AbortController().signal);
    await eventually(() => attempts > 1);
    expect(await on.stated()).toEqual([]);
    on.proxy.resume();
    await announced;
    expect(await on.stated()).toMatchObject([{ type: 'service.joined.v1', source: '/greeter' }]);
  });

  it('is given up when the process stops, or when it can never be said, without failing', async () => {
    await using on = await stage();
    on.proxy.cut({ refusing: true });
    const stopping = new AbortController();
    const announced = announce(on.pool, announcement, stopping.signal);
    stopping.abort();
    await announced;
    const unsayable = () => announcementOf({ service: 'No Name', handlers: [] });
    await announce(on.pool, unsayable, new AbortController().signal);
    expect(await on.stated()).toEqual([]);
  });
});
