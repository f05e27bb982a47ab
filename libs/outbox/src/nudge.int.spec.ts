import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually, testDatabase, type TestDatabase } from '@tributary/testing';
import { Nudge } from './index.ts';
import { pgDatabase } from './pg-database.fixture.ts';

let testDb: TestDatabase;
let database: ReturnType<typeof pgDatabase>;
beforeAll(async () => {
  testDb = await testDatabase({ migrations: [] });
  database = pgDatabase(testDb.url);
});
afterAll(async () => {
  await database.pool.end();
  await testDb.drop();
});

const connections = async () => {
  const { rows } = await database.pool.query(
    `SELECT query FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tributary nudge'`,
  );
  return rows;
};

it('leaves no connection behind when it is closed while it connects', async () => {
  const client = await database.pool.connect();
  await client.query('LISTEN tributary_outbox');
  const told = new Promise((resolve) => client.once('notification', resolve));
  const [closed, open] = [new Nudge({ databaseUrl: testDb.url }), new Nudge({ databaseUrl: testDb.url })];
  closed.send();
  closed.close();
  open.send();
  await told; // both have had the time to connect
  await eventually(async () => expect(await connections()).toHaveLength(1));
  open.close();
  await eventually(async () => expect(await connections()).toEqual([]));
  client.release();
});
