import { subscriptionQueue, type Topology } from '@tributary/messaging';
import type pg from 'pg';
import { readSetup, writeSetup } from './set-up-state.ts';

/** From when on a service hears the facts of each type: an RFC 3339 time, or 'first' when it was set up before this was kept. */
export type HeardSince = Record<string, string>;

export async function readHeardSince(client: pg.ClientBase): Promise<HeardSince> {
  return (await readSetup<HeardSince>(client, 'heard-since')) ?? {};
}

/** Remembers the time for what is heard from now on, and forgets what is no longer heard. Needs `withSetupLock`. */
export async function keepHeardSince(client: pg.ClientBase, topology: Topology, previous?: Topology): Promise<void> {
  const known = await readHeardSince(client);
  const now = new Date().toISOString();
  const since = (type: string) => known[type] ?? (previous?.hears.includes(type) ? 'first' : now);
  await writeSetup(client, 'heard-since', Object.fromEntries(topology.hears.map((type) => [type, since(type)])));
}

/** Types of facts whose queue was lost and made again, until the log has been read for them. */
export async function readGaps(client: pg.ClientBase): Promise<string[]> {
  return (await readSetup<string[]>(client, 'gaps')) ?? [];
}

/**
 * Remembers which of these queues are gone, before they are made again: afterwards nothing shows it, and a setup that is killed in
 * between is run again. Needs `withSetupLock`.
 */
export async function openGaps(client: pg.ClientBase, { service, hears }: Topology, missing: string[]): Promise<void> {
  if (missing.length === 0) return;
  const queues = hears.map((type) => subscriptionQueue(service, type));
  // In a backoff tier there may have been any of them.
  const lost = missing.every((name) => queues.includes(name))
    ? hears.filter((_, index) => missing.includes(queues[index] ?? ''))
    : hears;
  await writeSetup(client, 'gaps', [...new Set([...(await readGaps(client)), ...lost])].sort());
}

/** One statement, because this has no lock: what another setup finds lost meanwhile stays open. */
export async function closeGaps(client: pg.ClientBase, types: string[]): Promise<void> {
  await client.query(`UPDATE messaging.setup SET value = value - $1::text[], updated_at = now() WHERE key = 'gaps'`, [
    types,
  ]);
}
