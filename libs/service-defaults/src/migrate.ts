import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { type Migration, type MigrationSource, migrationState, tableName } from './migrations.ts';

/** Prisma's own: `prisma migrate deploy` and we exclude each other. */
const MIGRATION_LOCK = 72707369;

/** Longer than a setup that waits for its broker, so that several may be started at once. */
const LOCK_WAIT_MS = 60_000;

/**
 * One `setup` at a time per database; the next one waits and finds nothing left to do. The lock dies with the connection.
 * @throws Error naming who has it, when it is not free within `waitMs`
 */
export async function withSetupLock(
  client: pg.Client,
  work: () => Promise<void>,
  waitMs = LOCK_WAIT_MS,
): Promise<void> {
  await lock(client, waitMs);
  try {
    await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
  }
}

/** In a transaction, so that the limit is this wait's alone; the lock itself outlives it. */
async function lock(client: pg.Client, waitMs: number): Promise<void> {
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = ${waitMs}; SELECT pg_advisory_lock(${MIGRATION_LOCK}); COMMIT`);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    if ((error as { code?: string }).code !== '55P03') throw error; // lock_not_available
    const { rows } = await client.query<{ pid: number; application_name: string }>(
      `SELECT pid, application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE locktype = 'advisory' AND objid = $1 AND granted AND datname = current_database()`,
      [MIGRATION_LOCK],
    );
    const holders = rows.map(({ pid, application_name }) => `"${application_name}", server process ${pid}`).join('; ');
    throw new Error(
      `another setup still has this database after ${waitMs / 1000} s (${holders}): let it end, then run setup again`,
      { cause: error },
    );
  }
}

/**
 * Applies what is missing, directory by directory, and remembers it as Prisma would, so that `prisma migrate status`
 * agrees. Each migration and its record are one transaction: no COMMIT and no `CREATE INDEX CONCURRENTLY` can be in one.
 * Needs `withSetupLock`.
 * @throws Error when an applied migration was changed; nothing is applied then
 */
export async function applyMigrations(
  client: pg.Client,
  sources: MigrationSource[],
  report: (change: string) => void,
): Promise<void> {
  const states = [];
  for (const source of sources) states.push({ source, ...(await migrationState(client, source)) });
  const conflicts = states.flatMap((state) => state.conflicts);
  if (conflicts.length > 0) throw new Error(conflicts.join('; '));
  for (const { source, pending } of states) {
    for (const migration of pending) {
      await apply(client, source, migration);
      report(`applied migration ${migration.name}`);
    }
  }
}

async function apply(client: pg.Client, { table }: MigrationSource, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${table.schema}"`);
    await client.query(historyTable(table));
    await client.query(sql);
    if (client.getTransactionStatus() !== 'T') throw new Error('it ends the transaction it runs in: remove its COMMIT');
    await client.query(
      `INSERT INTO ${tableName(table)} (id, checksum, finished_at, migration_name, applied_steps_count)
       VALUES ($1, $2, now(), $3, 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    // A failed transaction refuses every statement: if this one passes, a COMMIT of its own was before what failed.
    const end = await client.query('SELECT').then(
      () => 'is applied in part',
      () => 'was rolled back',
    );
    await client.query('ROLLBACK').catch(() => undefined);
    throw new Error(`migration ${name} failed and ${end}: ${(cause as Error).message}`, { cause });
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
