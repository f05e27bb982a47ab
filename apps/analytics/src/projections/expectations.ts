import { UserWithdrawn } from '@tributary/contracts';
import type pg from 'pg';
import type { Touched } from './facts.ts';

/**
 * Facts × promises. Kept by the first fact of a promised type that names the heard one as its cause and comes from the service that promised;
 * waived when the person has withdrawn, except what the withdrawal itself asks for.
 */
const EXPECTATIONS = `
  SELECT cause.event_id, promise.service, cause.type, cause.correlation_id, promise.promises, begun.since,
         begun.since + promise.within_ms * interval '1 millisecond',
         kept.event_id, kept.stated_at,
         CASE WHEN kept.event_id IS NOT NULL AND begun.since = cause.stated_at
              THEN least(greatest(extract(epoch FROM kept.stated_at - cause.stated_at) * 1000, 0), 2147483647)::int END,
         CASE WHEN kept.event_id IS NULL AND cause.type <> '${UserWithdrawn.type}' THEN withdrawn.at END
  FROM facts AS cause
  JOIN subscriptions AS promise ON promise.type = cause.type AND promise.promises <> '{}'
  CROSS JOIN LATERAL (SELECT greatest(cause.stated_at, promise.since) AS since) AS begun
  LEFT JOIN LATERAL (
    SELECT event_id, stated_at FROM facts
    WHERE causation_id = cause.event_id AND service = promise.service AND type = ANY (promise.promises)
    ORDER BY stated_at, event_id LIMIT 1
  ) AS kept ON true
  LEFT JOIN LATERAL (
    SELECT min(stated_at) AS at FROM facts WHERE correlation_id = cause.correlation_id AND type = '${UserWithdrawn.type}'
  ) AS withdrawn ON true`;

/** A fact is expected to have consequences, is one itself, or ends a journey: in each case the causes are looked at again. */
export async function refreshExpectations(client: pg.ClientBase, { causeIds, withdrawnIds }: Touched): Promise<void> {
  const touched = [causeIds, withdrawnIds];
  await client.query('DELETE FROM expectations WHERE cause_id = ANY ($1) OR correlation_id = ANY ($2)', touched);
  await client.query(
    `INSERT INTO expectations ${EXPECTATIONS} WHERE cause.event_id = ANY ($1) OR cause.correlation_id = ANY ($2)`,
    touched,
  );
}

/** For all facts of one type, because a service promises something else for it now. */
export async function expectAnew(client: pg.ClientBase, service: string, type: string): Promise<void> {
  await client.query('DELETE FROM expectations WHERE service = $1 AND type = $2', [service, type]);
  await client.query(`INSERT INTO expectations ${EXPECTATIONS} WHERE promise.service = $1 AND cause.type = $2`, [
    service,
    type,
  ]);
}
