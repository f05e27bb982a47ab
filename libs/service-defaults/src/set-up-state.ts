import type { Topology } from '@tributary/messaging';
import type pg from 'pg';
import { type MigrationSource, migrationState } from './migrations.ts';

/** The service was not set up, or for another version. Starting it would lose facts or fail later. */
export class NotSetUp extends Error {
  override readonly name = 'NotSetUp';
}

/** What `setup` remembers under this key. */
export async function readSetup<Value>(client: pg.ClientBase, key: string): Promise<Value | undefined> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_tables WHERE schemaname = 'messaging' AND tablename = 'setup'`,
  );
  if (!rowCount) return undefined;
  const { rows } = await client.query<{ value: Value }>(`SELECT value FROM messaging.setup WHERE key = $1`, [key]);
  return rows[0]?.value;
}

export async function writeSetup(client: pg.ClientBase, key: string, value: object): Promise<void> {
  await client.query(
    `INSERT INTO messaging.setup (key, value) VALUES ($1, $2)
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = now() WHERE setup.value <> EXCLUDED.value`,
    [key, JSON.stringify(value)],
  );
}

/** The topology `setup` applied last. A passive declare compares no arguments, so the database has to remember them. */
export const storedTopology = (client: pg.ClientBase) => readSetup<Topology>(client, 'topology');

/** @throws NotSetUp naming everything that is missing */
export async function checkSetUp(client: pg.ClientBase, topology: Topology, sources: MigrationSource[]): Promise<void> {
  const problems = await problemsOf(client, topology, sources).catch((error: Error & { code?: string }) => {
    if (error.code === '42501') return [`this login may not look whether it was (${error.message})`];
    throw error;
  });
  if (problems.length === 0) return;
  throw new NotSetUp(
    `${topology.service} is not set up for this version: ${problems.join('; ')}. Run "${topology.service} setup" first.`,
  );
}

async function problemsOf(client: pg.ClientBase, topology: Topology, sources: MigrationSource[]): Promise<string[]> {
  const problems: string[] = [];
  for (const source of sources) {
    const { pending, conflicts } = await migrationState(client, source);
    problems.push(...conflicts, ...pending.map(({ name }) => `migration ${name} is not applied`));
  }
  const stored = await storedTopology(client);
  if (!stored) problems.push('its queues were never declared');
  else if (stored.hash !== topology.hash) problems.push('its queues were declared for other handlers or settings');
  return problems;
}
