import { connect, disconnect } from './connection.ts';
import { PRUNE_INBOX } from './relay-sql.ts';

const BATCH = 5_000;

export interface PruneOptions {
  databaseUrl: string;
  /** Default 30. A repeat that arrives later is handled again: keep it longer than any dead letter or log is redriven. */
  olderThanDays?: number;
  /** Stops between two batches. */
  signal?: AbortSignal;
}

/** Forgets events that were handled long ago. @returns how many */
export async function pruneInbox({ databaseUrl, olderThanDays = 30, signal }: PruneOptions): Promise<number> {
  const connection = await connect(databaseUrl, 'prune');
  try {
    for (let pruned = 0; ;) {
      const { rowCount } = await connection.query(PRUNE_INBOX, [olderThanDays, BATCH]);
      pruned += rowCount ?? 0;
      if (rowCount !== BATCH || signal?.aborted) return pruned;
    }
  } finally {
    await disconnect(connection);
  }
}
