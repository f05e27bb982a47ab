import { InvalidEvent, type ServiceJoined } from '@tributary/contracts';
import { Outbox, type SqlTransaction } from '@tributary/outbox';
import { logger } from '@tributary/telemetry';
import type pg from 'pg';
import { waitFor } from './wait-for.ts';

const log = logger('start');

/**
 * Puts the service's announcement into its outbox, for its relay to publish. Nobody waits for it: a database that is away is tried again
 * until `signal` is aborted, with a new fact each time, because an attempt that failed may have been committed.
 */
export async function announce(pool: pg.Pool, announcement: () => ServiceJoined, signal: AbortSignal): Promise<void> {
  // One statement, so it is its own transaction.
  const tx: SqlTransaction = {
    $executeRawUnsafe: async (sql, ...values) => (await pool.query(sql, values)).rowCount ?? 0,
    $queryRawUnsafe: async <Rows>(sql: string, ...values: unknown[]) => (await pool.query(sql, values)).rows as Rows,
  };
  const outbox = new Outbox({ $transaction: (work) => work(tx) });
  const givesUp = (error: unknown) => error instanceof InvalidEvent;
  try {
    await waitFor('the outbox, to state service.joined', () => outbox.add(tx, announcement()), { signal, givesUp });
  } catch (err) {
    if (!signal.aborted) log.error({ err }, 'service.joined could not be stated');
  }
}
