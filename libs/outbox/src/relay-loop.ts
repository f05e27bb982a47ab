import type { Publisher } from '@tributary/messaging';
import { logger } from '@tributary/telemetry';
import { rest, type Connection } from './connection.ts';
import type { Doorbell } from './doorbell.ts';
import type { Pace, Turn } from './pace.ts';
import { publishRows } from './publish-rows.ts';
import { CLAIM, DELETE_CONFIRMED, MARK_FAILED, type OutboxRow } from './relay-sql.ts';

const log = logger('outbox.relay');
const BROKER_AWAY_MS = 50;
/** Per window. 200 events of 1 MiB at once take more memory, and more than the confirm deadline, for no gain. */
const WINDOW_BYTES = 4 * 1024 * 1024;

/** What the loops of one relay share. */
export interface RelayLoopOptions {
  publisher: Pick<Publisher, 'publish' | 'status'>;
  doorbell: Doorbell;
  pace: Pace;
  /** Milliseconds between two polls: the first after work, doubling up to the second. */
  pollMs: { first: number; last: number };
  confirmDeadlineMs: number;
  signal: AbortSignal;
}

/** Claims, publishes and deletes one window after the other, and sleeps when there is nothing, until `signal` is aborted. */
export async function relayLoop(connection: Connection, options: RelayLoopOptions): Promise<void> {
  const { publisher, doorbell, pace, pollMs, signal } = options;
  let pause = pollMs.first;
  while (!signal.aborted) {
    const { connected, blocked } = publisher.status();
    if (!connected || blocked) {
      await rest(BROKER_AWAY_MS, signal);
      continue;
    }
    const limit = await pace.begin();
    let turn: Turn | undefined;
    try {
      turn = await relayWindow(connection, limit, options);
    } finally {
      pace.end(limit, turn);
    }
    if (turn.claimed > 0) {
      pause = pollMs.first;
    } else {
      await doorbell.sleep(pause, signal);
      pause = Math.min(pause * 2, pollMs.last);
    }
  }
}

/** The rows stay locked while their confirms are awaited: when this process or its connection ends, they are free at once. */
async function relayWindow(connection: Connection, limit: number, options: RelayLoopOptions): Promise<Turn> {
  await connection.query('BEGIN');
  const { rows } = await connection.query<OutboxRow>(CLAIM, [limit, WINDOW_BYTES]);
  const bytes = rows.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
  if (rows.length === limit || bytes >= WINDOW_BYTES) options.doorbell.ring(); // there is more than this loop can carry
  if (rows.length === 0) {
    await connection.query('COMMIT');
    return { claimed: 0, cleared: 0, suspects: 0 };
  }
  const { confirmed, failed, suspects } = await publishRows(rows, options.publisher, {
    deadlineMs: options.confirmDeadlineMs,
    alone: limit === 1,
  });
  if (confirmed.length > 0) await connection.query(DELETE_CONFIRMED, [confirmed.map((row) => row.event_id)]);
  if (failed.length > 0) {
    const failures = [failed.map(({ row }) => row.event_id), failed.map(({ error }) => error)];
    await connection.query(MARK_FAILED, failures);
    const [{ row, error }] = failed as [(typeof failed)[0]];
    log.warn(
      { count: failed.length, event_id: row.event_id, event_type: row.type, error },
      'facts could not be published',
    );
  }
  await connection.query('COMMIT');
  return { claimed: rows.length, cleared: confirmed.length + failed.length, suspects: suspects.length };
}
