import { ServiceJoined } from '@tributary/contracts';
import type pg from 'pg';
import type { Touched } from './facts.ts';
import { expectAnew } from './expectations.ts';

// What a service said last counts, by when it said it. What it says of another service does not: the source has to be its own.
const SUBSCRIPTIONS = `
  WITH joined AS (
    SELECT fact.service, fact.event_id, fact.stated_at, heard.value->>'type' AS type, (heard.value->>'withinMs')::int AS within_ms,
           ARRAY(SELECT jsonb_array_elements_text(heard.value->'promises')) AS promises
    FROM facts AS fact, jsonb_array_elements(fact.details->'hears') AS heard
    WHERE fact.type = '${ServiceJoined.type}' AND fact.service = ANY ($1) AND fact.details->>'service' = fact.service
  ), latest AS (
    SELECT DISTINCT ON (service) service, event_id FROM facts
    WHERE type = '${ServiceJoined.type}' AND service = ANY ($1) AND details->>'service' = service
    ORDER BY service, stated_at DESC, event_id DESC
  )
  SELECT DISTINCT ON (now.service, now.type) now.service, now.type, now.promises, now.within_ms,
         (SELECT min(before.stated_at) FROM joined AS before
          WHERE before.service = now.service AND before.type = now.type
            AND (before.promises <> '{}') = (now.promises <> '{}')) AS since
  FROM joined AS now JOIN latest USING (service, event_id)
  ORDER BY now.service, now.type, now.promises, now.within_ms`;

/** Who hears and promises what, and every expectation that is another one now: a promise also holds for the facts before it. */
export async function refreshSubscriptions(client: pg.ClientBase, { joined }: Touched): Promise<void> {
  if (joined.length === 0) return;
  const { rows: changed } = await client.query<{ service: string; type: string }>(
    `SELECT DISTINCT service, type FROM (
       (TABLE subscriptions EXCEPT (${SUBSCRIPTIONS}))
       UNION ALL
       ((${SUBSCRIPTIONS}) EXCEPT TABLE subscriptions)
     ) AS difference WHERE service = ANY ($1)`,
    [joined],
  );
  // A restart, nearly always: nothing to do for all the facts there are.
  if (changed.length === 0) return;
  await client.query('DELETE FROM subscriptions WHERE service = ANY ($1)', [joined]);
  await client.query(`INSERT INTO subscriptions ${SUBSCRIPTIONS}`, [joined]);
  for (const { service, type } of changed) await expectAnew(client, service, type);
}
