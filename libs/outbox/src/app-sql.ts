// What runs inside an app's own transaction, through its Prisma client. The relay's statements are in relay-sql.ts.

/** Sorted, because two transactions that insert the same keys in different orders deadlock. */
export const ADD_TO_OUTBOX = `
  INSERT INTO messaging.outbox (event_id, type, stated_at, body, traceparent, tracestate)
  SELECT event_id, type, stated_at, body, traceparent, tracestate
  FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])
    AS fact (event_id, type, stated_at, body, traceparent, tracestate)
  ORDER BY event_id`;

/**
 * Waits while another transaction handles the same event. No row affected: that one committed, or another event came first under this id.
 * One that has only begun is taken over.
 */
export const CLAIM_IN_INBOX = `
  INSERT INTO messaging.inbox (consumer, event_id, content_hash)
  VALUES ($1, $2::uuid, decode($3, 'hex'))
  ON CONFLICT (consumer, event_id) DO UPDATE SET handled = true, handled_at = now()
  WHERE NOT inbox.handled AND inbox.content_hash = excluded.content_hash`;

/** No row affected: it has begun before, or another event has under this id. */
export const BEGIN_IN_INBOX = `
  INSERT INTO messaging.inbox (consumer, event_id, content_hash, handled)
  VALUES ($1, $2::uuid, decode($3, 'hex'), false)
  ON CONFLICT DO NOTHING`;

export const CONTENT_IN_INBOX = `
  SELECT encode(content_hash, 'hex') AS hash
  FROM messaging.inbox
  WHERE consumer = $1 AND event_id = $2::uuid`;
