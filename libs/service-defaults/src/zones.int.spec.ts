import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@tributary/testing';
import type pg from 'pg';
import { databasePool, withClient } from './database.ts';
import { prismaOptions } from './prisma-options.ts';

/** In New York 02:30 is not a time of that night: the clocks went from 02:00 to 03:00. */
const LOST_HOUR = '2026-03-08T02:30:00.000Z';
const TIMES = [LOST_HOUR, '2026-11-01T05:30:00.000Z', '2026-11-01T06:30:00.000Z', '2026-11-23T08:00:00.125Z'];

describe.each([
  ['ALTER DATABASE', 'Asia/Kolkata'],
  ['ALTER DATABASE', 'America/New_York'],
  ['ALTER ROLE', 'Asia/Kolkata'],
  ['ALTER ROLE', 'America/New_York'],
])('where %s says %s', (command, zone) => {
  const login = `zoned_${randomUUID().slice(0, 8)}`;
  let database: TestDatabase;
  let url: string;
  let pool: pg.Pool;
  const asAdmin = (sql: string) => withClient(database.url, 'spec', (client) => client.query(sql));
  beforeAll(async () => {
    database = await testDatabase({ migrations: [] });
    await asAdmin(`CREATE ROLE ${login} LOGIN PASSWORD 'pw'`);
    const whose = command === 'ALTER ROLE' ? login : database.name;
    await asAdmin(`${command} ${whose} SET timezone = '${zone}'`);
    await asAdmin(`${command} ${whose} SET datestyle = 'SQL, DMY'`);
    url = Object.assign(new URL(database.url), { username: login, password: 'pw' }).href;
    pool = databasePool({ DATABASE_URL: url, DATABASE_POOL_SIZE: 2 }, 'spec');
  });
  afterAll(async () => {
    await pool.end();
    await asAdmin(`DROP ROLE ${login}`);
    await database.drop();
  });

  it('the pool and single connections are in UTC', async () => {
    const zoneOf = async (client: Pick<pg.ClientBase, 'query'>) =>
      (await client.query(`SELECT current_setting('TimeZone') AS zone, now()::text ~ '^\\d{4}-.*\\+00$' AS iso`)).rows;
    expect(await zoneOf(pool)).toEqual([{ zone: 'UTC', iso: true }]);
    expect(await withClient(url, 'spec', zoneOf)).toEqual([{ zone: 'UTC', iso: true }]);
  });

  it.each(TIMES)(
    '%s is the same moment to Prisma, which writes and reads it without an offset, and to SQL',
    async (at) => {
      const adapter = await prismaOptions(pool).adapter.connect();
      const argTypes = [{ scalarType: 'datetime', dbType: 'TIMESTAMPTZ', arity: 'scalar' } as const];
      const sql = `SELECT $1::timestamptz AS at, extract(epoch FROM $1::timestamptz)::float8 AS epoch`;
      const { rows } = await adapter.queryRaw({ sql, args: [new Date(at)], argTypes });
      expect(rows).toEqual([[expect.anything(), Date.parse(at) / 1_000]]);
      expect(new Date(String(rows[0]?.[0])).toISOString()).toBe(at);
    },
  );
});
