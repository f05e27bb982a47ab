// What the relay runs, on its own connections. The statements inside an app's transaction are in app-sql.ts.

const CHANNEL = 'tributary_outbox';
export const NOTIFY = `NOTIFY ${CHANNEL}`;
export const LISTEN = `LISTEN ${CHANNEL}`;

/** A row as it is claimed. */
export interface OutboxRow {
  event_id: string;
  type: string;
  stated_at: Date;
  body: string;
  traceparent: string | null;
  tracestate: string | null;
}

/**
 * At most $1 rows, and of these as many as begin within $2 bytes: at least one. By lock, never by "id > last": a transaction that began
 * earlier may commit later. Rows that failed come back when they are due.
 */
export const CLAIM = `
  WITH due AS (
    SELECT event_id, type, stated_at, body, traceparent, tracestate, next_attempt_at
    FROM messaging.outbox
    WHERE next_attempt_at <= now()
    ORDER BY next_attempt_at
    LIMIT $1
    FOR UPDATE SKIP LOCKED
  ), measured AS (
    SELECT *, sum(octet_length(body)) OVER (ORDER BY next_attempt_at, event_id) - octet_length(body) AS bytes_before
    FROM due
  )
  SELECT event_id, type, stated_at, body, traceparent, tracestate
  FROM measured
  WHERE bytes_before < $2`;

export const DELETE_CONFIRMED = `
  DELETE FROM messaging.outbox
  WHERE event_id = ANY ($1::uuid[])`;

/** Again after 1 s, 2 s, 4 s, … at most 5 min. Not now(): that is when the window was claimed. */
export const MARK_FAILED = `
  UPDATE messaging.outbox
  SET attempts = attempts + 1,
      next_attempt_at = clock_timestamp() + least(2 ^ least(attempts, 9), 300) * interval '1 second',
      last_error = failure.error
  FROM unnest($1::uuid[], $2::text[]) AS failure (event_id, error)
  WHERE outbox.event_id = failure.event_id`;

/** Seconds. A row that never failed is due since it was stated, so the first due one is the oldest of those. */
export const OLDEST_AGE = `
  SELECT greatest(extract(epoch FROM now() - min(stated_at)), 0)::float8 AS age
  FROM (
    (SELECT stated_at FROM messaging.outbox WHERE attempts = 0 ORDER BY next_attempt_at LIMIT 1)
    UNION ALL
    (SELECT min(stated_at) FROM messaging.outbox WHERE attempts > 0)
  ) AS oldest`;

/** They are few: a crash leaves as many as there were redelivered messages in flight. */
export const PRUNE_CRASH_MARKS = `DELETE FROM messaging.crash_marks WHERE marked_at < now() - make_interval(days => $1)`;

/** One bounded batch, so that nobody waits for it; relays beside us take other rows. */
export const PRUNE_INBOX = `
  DELETE FROM messaging.inbox
  WHERE (consumer, event_id) IN (
    SELECT consumer, event_id
    FROM messaging.inbox
    WHERE handled_at < now() - make_interval(days => $1)
    ORDER BY handled_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED
  )`;
