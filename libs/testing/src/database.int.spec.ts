import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { testServer } from './environment.ts';
import { testDatabase } from './database.ts';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('testDatabase', () => {
  let folder: string;
  let migrations: URL;
  const mark = `spec_${process.pid}_${Date.now()}`; // a set of migrations nobody has built yet
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    migrations = pathToFileURL(folder); // without a trailing slash, as people write it
    const scripts = {
      '2_second': `ALTER TABLE things ADD COLUMN ${mark} int; INSERT INTO things VALUES (1, 2);`,
      '1_first': 'CREATE TABLE things (id int PRIMARY KEY);',
    };
    for (const [name, sql] of Object.entries(scripts)) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'migration.sql'), sql);
    }
    await writeFile(join(folder, 'migration_lock.toml'), 'provider = "postgresql"');
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    const admin = testServer('database').href;
    const templates = await query(admin, `SELECT datname FROM pg_database WHERE datname LIKE 'tributary_template_%'`);
    for (const { datname } of templates) {
      const url = Object.assign(new URL(admin), { pathname: `/${String(datname)}` }).href;
      await query(admin, `ALTER DATABASE ${String(datname)} WITH ALLOW_CONNECTIONS true`);
      const columns = await query(url, `SELECT FROM information_schema.columns WHERE column_name = '${mark}'`);
      await query(admin, `ALTER DATABASE ${String(datname)} WITH ALLOW_CONNECTIONS false`);
      if (columns.length > 0) await query(admin, `DROP DATABASE ${String(datname)} WITH (FORCE)`);
    }
  });

  it('applies the migrations in order, once for many databases asked for at the same time', async () => {
    const databases = await Promise.all(Array.from({ length: 4 }, () => testDatabase({ migrations: [migrations] })));
    for (const { url } of databases) {
      expect(await query(url, 'SELECT * FROM things')).toEqual([{ id: 1, [mark]: 2 }]);
    }
    await Promise.all(databases.map(({ drop }) => drop()));
  });

  it('gives each caller a copy of their own', async () => {
    await using mine = await testDatabase({ migrations: [migrations] });
    await using yours = await testDatabase({ migrations: [migrations] });
    await query(mine.url, 'DELETE FROM things');
    expect(await query(yours.url, 'SELECT id FROM things')).toHaveLength(1);
  });

  it('drops a database that somebody still uses', async () => {
    const database = await testDatabase({ migrations: [migrations] });
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    await database.drop();
    await expect(query(database.url, 'SELECT 1')).rejects.toThrow(/does not exist/);
    await client.end();
  });

  it('is empty without migrations', async () => {
    await using database = await testDatabase({ migrations: [] });
    expect(await query(database.url, `SELECT FROM pg_tables WHERE schemaname = 'public'`)).toEqual([]);
  });
});
