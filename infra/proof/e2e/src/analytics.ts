import { command } from '@tributary/local';
import { appProgram } from './repository.ts';
import type { World } from './world.ts';

/** What analytics derives from the log, every table and every field. `log_position` is where it has read to, not what it knows. */
const TABLES = {
  facts: 'event_id',
  facts_per_minute: 'minute, type, service',
  subscriptions: 'service, type',
  expectations: 'cause_id, service',
  journeys: 'correlation_id',
};

export interface Journey {
  status: string;
  facts: { id: string; type: string; service: string }[];
  expected: { service: string; promises: string[] }[];
}

/** Every row of every projection as JSON, in a fixed order. */
export async function projections({ query }: World): Promise<Record<string, string[]>> {
  const read = Object.entries(TABLES).map(async ([table, order]) => {
    const rows = await query<{ row: string }>(
      'analytics',
      `SELECT to_jsonb(it)::text AS row FROM ${table} it ORDER BY ${order}`,
    );
    return [table, rows.map(({ row }) => row)] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

/** Drops the projections and reads the log again, as an operator does while analytics runs. */
export function rebuild({ stack }: World): Promise<string> {
  return command(process.execPath, [appProgram('analytics'), 'rebuild'], {
    env: { ...stack.environment('analytics') },
  });
}
