import { LogReader, type LogRecord } from '@tributary/messaging';
import type pg from 'pg';

/** A log that has anything shows its first record long before. */
const EMPTY_AFTER_MS = 5_000;

/** @returns undefined when the log is empty. @throws Error when it cannot be read */
export async function firstRecord(amqpUrl: string, signal: AbortSignal): Promise<LogRecord | undefined> {
  const reader = new LogReader({ url: amqpUrl, name: 'analytics rebuild', batchSize: 1 });
  const found = new AbortController();
  let first: LogRecord | undefined;
  let problems: string[] = [];
  const giveUp = setTimeout(() => {
    ({ problems } = reader.health());
    found.abort();
  }, EMPTY_AFTER_MS);
  await reader.run({
    position: async () => 'first',
    handle: async ([record]) => {
      first ??= record;
      found.abort();
    },
    signal: AbortSignal.any([signal, found.signal]),
  });
  clearTimeout(giveUp);
  signal.throwIfAborted();
  if (problems.length > 0) throw new Error(`the event log cannot be read: ${problems.join('; ')}`);
  return first;
}

/** What the projections know and a log that begins with this record does not; undefined when that is nothing. */
export async function lossWithout(client: pg.ClientBase, first: LogRecord | undefined): Promise<string | undefined> {
  // A record that was never read, where everything was: this is another log, and it has nothing of what was read.
  const { rows } = await client.query<{ facts: number; journeys: number; oldest: Date | null }>(
    `SELECT count(*)::int AS facts, count(DISTINCT correlation_id)::int AS journeys, min(stated_at) AS oldest FROM facts
     WHERE $1::bigint IS NULL OR log_offset < $1 OR NOT EXISTS (SELECT FROM facts WHERE event_id = $2)`,
    [first?.offset, first?.event.id],
  );
  const { facts, journeys, oldest } = rows[0] ?? { facts: 0, journeys: 0, oldest: null };
  if (facts === 0 || !oldest) return undefined;
  const begins = first ? `begins with offset ${first.offset}, stated at ${first.event.time}` : 'is empty';
  return `the event log ${begins}: ${facts} older facts of ${journeys} journeys are not in it any more, the oldest stated at ${oldest.toISOString()}`;
}
