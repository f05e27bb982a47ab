import type pg from 'pg';

const HANDLED = `
  SELECT event_id FROM messaging.inbox WHERE consumer = $1 AND event_id = ANY ($2::uuid[]) AND handled`;

/**
 * Which of these events (UUIDs in lower case) are in the inbox of `consumer`. An effect that has a natural key may have left no row: absent
 * means "not known to be handled".
 */
export async function handledEvents(
  client: Pick<pg.Pool, 'query'>,
  consumer: string,
  ids: string[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ event_id: string }>(HANDLED, [consumer, ids]);
  return new Set(rows.map(({ event_id }) => event_id));
}
