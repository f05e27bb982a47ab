import { connect, disconnect } from './connection.ts';
import { PRUNE_CRASH_MARKS, PRUNE_INBOX } from './relay-sql.ts';

const BATCH = 5_000;

/** Forgets events that were handled long ago, and crash marks as old, until `signal` is aborted. @returns how many events */
export async function pruneInbox(databaseUrl: string, olderThanDays: number, signal?: AbortSignal): Promise<number> {
  const connection = await connect(databaseUrl, 'prune');
  try {
    await connection.query(PRUNE_CRASH_MARKS, [olderThanDays]);
    for (let pruned = 0; ;) {
      const { rowCount } = await connection.query(PRUNE_INBOX, [olderThanDays, BATCH]);
      pruned += rowCount ?? 0;
      if (rowCount !== BATCH || signal?.aborted) return pruned;
    }
  } finally {
    await disconnect(connection);
  }
}
