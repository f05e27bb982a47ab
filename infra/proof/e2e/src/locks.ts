import { eventually } from '@tributary/testing';
import type pg from 'pg';

/** Makes whoever writes to the table wait, while row locks are still granted. @returns what ends it. */
export async function blockWrites(client: pg.Client, table: string): Promise<() => Promise<void>> {
  await client.query('BEGIN');
  await client.query(`LOCK TABLE ${table} IN SHARE MODE`);
  return async () => void (await client.query('ROLLBACK'));
}

/** Resolves when a process has got as far as writing to the blocked table. */
export async function someoneWaitsFor(client: pg.Client, table: string): Promise<void> {
  await eventually(async () => {
    const { rows } = await client.query('SELECT 1 FROM pg_locks WHERE NOT granted AND relation = $1::regclass', [
      table,
    ]);
    return rows.length > 0;
  });
}
