import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { outboxMigrations } from '@tributary/outbox';
import { testDatabase, type TestDatabase } from '@tributary/testing';
import { withClient } from './database.ts';
import { applyMigrations, withSetupLock } from './migrate.ts';

const outbox = { directory: outboxMigrations, table: { schema: 'messaging', name: '_migrations' } };

/** What is said of those that come with the outbox library, and then of these. */
const applied = (...names: string[]) =>
  ['0001_messaging', '0002_crash_marks', '0003_inbox_content', ...names].map((name) => `applied migration ${name}`);

describe('migrations', () => {
  let database: TestDatabase;
  let folder: string;
  const own = () => ({ directory: pathToFileURL(folder), table: { schema: 'public', name: '_prisma_migrations' } });
  const changes: string[] = [];
  /** Waits for the lock as long as `waitMs`. @returns what it did */
  async function migrateAll(waitMs?: number): Promise<string[]> {
    const done: string[] = [];
    const report = (change: string) => void (done.push(change), changes.push(change));
    await withClient(database.url, 'spec', (client) =>
      withSetupLock(client, () => applyMigrations(client, [outbox, own()], report), waitMs),
    );
    return done;
  }
  const rows = (sql: string) =>
    withClient(database.url, 'spec', async (client) => (await client.query(sql)).rows as unknown[]);

  async function write(name: string, sql: string): Promise<void> {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'migration.sql'), sql);
  }

  beforeEach(async () => {
    [database, folder] = await Promise.all([testDatabase({ migrations: [] }), mkdtemp(join(tmpdir(), 'migrations '))]);
    await writeFile(join(folder, 'migration_lock.toml'), 'provider = "postgresql"');
    await write('1_mails', 'CREATE TABLE mail (id int); INSERT INTO mail VALUES (1)');
  });
  afterEach(async () => {
    changes.length = 0;
    await Promise.all([database.drop(), rm(folder, { recursive: true })]);
  });

  it('applies every directory in order and says what it did, then nothing', async () => {
    await write('0_before', 'CREATE TABLE before (id int)');
    expect(await migrateAll()).toEqual(applied('0_before', '1_mails'));
    expect(await migrateAll()).toEqual([]);
    expect(await rows('SELECT id FROM mail')).toEqual([{ id: 1 }]);
  });

  it('remembers them as Prisma does: name, sha256 of the file, finished, one step', async () => {
    await migrateAll();
    const checksum = createHash('sha256')
      .update('CREATE TABLE mail (id int); INSERT INTO mail VALUES (1)')
      .digest('hex');
    const remembered =
      'SELECT migration_name, checksum, finished_at IS NOT NULL AS finished, applied_steps_count FROM _prisma_migrations';
    expect(await rows(remembered)).toEqual([
      { migration_name: '1_mails', checksum, finished: true, applied_steps_count: 1 },
    ]);
  });

  it('refuses a migration that was changed after it was applied, and applies nothing', async () => {
    await migrateAll();
    await write('1_mails', 'CREATE TABLE mail (id bigint)');
    await write('2_more', 'CREATE TABLE more (id int)');
    await expect(migrateAll()).rejects.toThrow('migration 1_mails was changed after it was applied');
    await expect(rows('SELECT FROM more')).rejects.toThrow('does not exist');
  });

  it('refuses to go on where another tool failed halfway', async () => {
    await migrateAll();
    await rows('UPDATE _prisma_migrations SET finished_at = NULL');
    await expect(migrateAll()).rejects.toThrow('migration 1_mails failed halfway');
  });

  it('leaves nothing behind of a migration that fails, and can be run again when it is mended', async () => {
    await write('2_broken', 'CREATE TABLE half (id int); SELECT 1/0');
    await expect(migrateAll()).rejects.toThrow('migration 2_broken failed and was rolled back: division by zero');
    await expect(rows('SELECT FROM half')).rejects.toThrow('does not exist');
    await write('2_broken', 'CREATE TABLE half (id int)');
    expect(await migrateAll()).toEqual(['applied migration 2_broken']);
  });

  it('has said what it did before one that fails', async () => {
    await write('2_broken', 'SELECT 1/0');
    await expect(migrateAll()).rejects.toThrow('2_broken');
    expect(changes).toEqual(applied('1_mails'));
  });

  it.each([
    ['whole', 'CREATE TABLE half (id int); COMMIT'],
    ['halfway', 'CREATE TABLE half (id int); COMMIT; SELECT 1/0'],
  ])('says so when a migration with a COMMIT of its own stays, %s', async (_, sql) => {
    await write('2_commits', sql);
    await expect(migrateAll()).rejects.toThrow('migration 2_commits failed and is applied in part');
  });

  it('does not wait for ever while another one is at work, and names it', async () => {
    const held = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    const first = withClient(database.url, 'other setup', (client) =>
      withSetupLock(client, () => (taken.resolve(), held.promise)),
    );
    await taken.promise;
    await expect(migrateAll(50)).rejects.toThrow(
      /^another setup still has this database after 0.05 s \("other setup", server process \d+\): let it end/,
    );
    held.resolve();
    await first;
    expect(await migrateAll(50)).toEqual(applied('1_mails'));
  });

  it('leaves nothing behind when the migration succeeds and the record of it does not', async () => {
    await write('2_forgets', 'CREATE TABLE half (id int); DROP TABLE _prisma_migrations');
    await expect(migrateAll()).rejects.toThrow('migration 2_forgets failed and was rolled back');
    await expect(rows('SELECT FROM half')).rejects.toThrow('does not exist');
  });

  it('applies each migration once when several run at the same time', async () => {
    const all = await Promise.all([migrateAll(), migrateAll(), migrateAll()]);
    expect(all.flat()).toEqual(applied('1_mails'));
    expect(await rows('SELECT id FROM mail')).toEqual([{ id: 1 }]);
  });

  it('does not mind that the database knows more: a newer version was here', async () => {
    await write('2_newer', 'SELECT 1');
    await migrateAll();
    await rm(join(folder, '2_newer'), { recursive: true });
    expect(await migrateAll()).toEqual([]);
  });
});
