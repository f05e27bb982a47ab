import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { configureLogging } from '@tributary/telemetry';
import { tcpProxy, testDatabase, type TcpProxy, type TestDatabase } from '@tributary/testing';
import type pg from 'pg';
import { databasePool } from './database.ts';

describe('the pool of a process', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let pool: pg.Pool;
  beforeEach(async () => {
    configureLogging({ level: 'silent', service: 'spec' });
    database = await testDatabase({ migrations: [] });
    proxy = await tcpProxy(database.url);
    pool = databasePool({ DATABASE_URL: proxy.url, DATABASE_POOL_SIZE: 1 }, 'spec');
  });
  afterEach(async () => {
    await proxy.close();
    await pool.end();
    await database.drop();
  });

  it('gives up a connection on which nothing comes any more, in the middle of a transaction as well', async () => {
    const client = await pool.connect();
    await client.query('BEGIN');
    proxy.freeze();
    await expect(client.query('SELECT 1')).rejects.toThrow('Connection terminated');
    await expect(client.query('ROLLBACK')).rejects.toThrow();
    client.release(); // as an ORM does, without a word about the failure
    expect(pool.totalCount).toBe(0);
    proxy.cut();
    proxy.resume();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  it('lets a statement take all the time it has, and no more', async () => {
    await expect(pool.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: '57014' });
  });
});
