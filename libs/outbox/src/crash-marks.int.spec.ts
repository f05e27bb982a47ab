import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@tributary/testing';
import pg from 'pg';
import { crashMarks, outboxMigrations } from './index.ts';
import { pruneInbox } from './prune-inbox.ts';

describe('crash marks', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await testDatabase({ migrations: [outboxMigrations] });
    pool = new pg.Pool({ connectionString: database.url });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('are counted per event and queue, whoever asks, until they are cleared', async () => {
    const id = crypto.randomUUID();
    const marks = crashMarks(pool);
    expect(await marks.count(id, 'email.a.v1')).toBe(0);
    await Promise.all([marks.add(id, 'email.a.v1'), marks.add(id, 'email.a.v1'), marks.add(id, 'email.b.v1')]);
    await marks.add(crypto.randomUUID(), 'email.a.v1');
    expect(await crashMarks(pool).count(id, 'email.a.v1')).toBe(2);
    await marks.clear(id, 'email.a.v1');
    expect([await marks.count(id, 'email.a.v1'), await marks.count(id, 'email.b.v1')]).toEqual([0, 1]);
    await marks.clear(id, 'email.a.v1');
  });

  it('are forgotten with inbox rows of their age', async () => {
    await pool.query(`TRUNCATE messaging.crash_marks`);
    await pool.query(`INSERT INTO messaging.crash_marks (queue, event_id, marked_at)
      SELECT 'email.a.v1', gen_random_uuid(), now() - age * interval '1 day' FROM unnest(ARRAY[0, 29, 31]) AS age`);
    await pruneInbox(database.url, 30);
    const { rows } = await pool.query(
      `SELECT now() - marked_at < interval '30 days' AS young FROM messaging.crash_marks`,
    );
    expect(rows).toEqual([{ young: true }, { young: true }]);
  });
});
