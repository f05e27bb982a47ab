// What runs inside an app's own transaction, through its Prisma client. The relay's statements are in relay-sql.ts.

/** Sorted, because two transactions that insert the same keys in different orders deadlock. */
export const ADD_TO_OUTBOX = `
  INSERT INTO messaging.outbox (event_id, type, stated_at, body, traceparent, tracestate)
  SELECT event_id, type, stated_at, body, traceparent, tracestate
  FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])
    AS fact (event_id, type, stated_at, body, traceparent, tracestate)
  ORDER BY event_id`;

/** Waits while another transaction handles the same event. No row affected: that one committed. */
export const CLAIM_IN_INBOX = `
  INSERT INTO messaging.inbox (consumer, event_id)
  VALUES ($1, $2::uuid)
  ON CONFLICT DO NOTHING`;
