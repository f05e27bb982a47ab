import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { withClient } from './database.ts';
import { type Migration, type MigrationSource, migrationState, tableName } from './migrations.ts';

/** Prisma's own: `prisma migrate deploy` and we exclude each other. */
const MIGRATION_LOCK = 72707369;

/** What is in the database, or in the files, must not be touched by a program. */
export class MigrationConflict extends Error {
  override readonly name = 'MigrationConflict';
}

/**
 * Applies what is missing, directory by directory, and remembers it as Prisma would, so that `prisma migrate status`
 * agrees. Each migration and its record are one transaction: `CREATE INDEX CONCURRENTLY` cannot be in one.
 * @returns a line per migration applied
 * @throws MigrationConflict when an applied migration was changed; nothing is applied then
 */
export async function migrate({
  url,
  directories,
}: {
  url: string;
  directories: MigrationSource[];
}): Promise<string[]> {
  return withClient(url, 'migrate', (client) => withSetupLock(client, () => applyMigrations(client, directories)));
}

/** One `setup` at a time per database; the next one waits and finds nothing left to do. The lock dies with the connection. */
export async function withSetupLock<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  try {
    return await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
  }
}

/** Needs `withSetupLock`. */
export async function applyMigrations(client: pg.Client, sources: MigrationSource[]): Promise<string[]> {
  const states = [];
  for (const source of sources) states.push({ source, ...(await migrationState(client, source)) });
  const conflicts = states.flatMap((state) => state.conflicts);
  if (conflicts.length > 0) throw new MigrationConflict(conflicts.join('; '));
  for (const { source, pending } of states) {
    for (const migration of pending) await apply(client, source, migration);
  }
  return states.flatMap(({ pending }) => pending.map(({ name }) => `applied migration ${name}`));
}

async function apply(client: pg.Client, { table }: MigrationSource, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${table.schema}"`);
    await client.query(historyTable(table));
    await client.query(sql);
    await client.query(
      `INSERT INTO ${tableName(table)} (id, checksum, finished_at, migration_name, applied_steps_count)
       VALUES ($1, $2, now(), $3, 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new Error(`migration ${name} failed and was rolled back: ${(cause as Error).message}`, { cause });
  }
}

// As Prisma 7.10 creates it.
function historyTable(table: MigrationSource['table']): string {
  return `
    CREATE TABLE IF NOT EXISTS ${tableName(table)} (
      id varchar(36) PRIMARY KEY NOT NULL,
      checksum varchar(64) NOT NULL,
      finished_at timestamptz,
      migration_name varchar(255) NOT NULL,
      logs text,
      rolled_back_at timestamptz,
      started_at timestamptz NOT NULL DEFAULT now(),
      applied_steps_count integer NOT NULL DEFAULT 0
    )`;
}
