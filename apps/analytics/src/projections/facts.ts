import { ServiceJoined, UserWithdrawn } from '@tributary/contracts';
import { EVENT_LOG } from '@tributary/messaging';
import { countDelivery, logger } from '@tributary/telemetry';
import type pg from 'pg';
import type { FactRow } from './fact.ts';

/** What a batch has brought, repeats left out: all that can have changed. */
export interface Touched {
  eventIds: string[];
  /** The facts that are new, and those they are reactions to. */
  causeIds: string[];
  correlationIds: string[];
  /** Journeys of people who withdrew. */
  withdrawnIds: string[];
  /** Services that joined. */
  joined: string[];
}

const log = logger('projections');

type NewFact = Pick<FactRow, 'event_id' | 'type' | 'service' | 'correlation_id' | 'causation_id'>;

/** Adds the facts that are not there yet. Of two with the same id the first in the log stays, within a batch as well. */
export async function addFacts(client: pg.ClientBase, facts: FactRow[]): Promise<Touched> {
  const { rows } = await client.query<NewFact>(
    `INSERT INTO facts
     SELECT * FROM jsonb_populate_recordset(NULL::facts, $1) ORDER BY event_id, log_offset
     ON CONFLICT (event_id) DO NOTHING
     RETURNING event_id, type, service, correlation_id, causation_id`,
    [JSON.stringify(facts)],
  );
  if (rows.length < facts.length) await reportReused(client, facts);
  const distinct = (ids: (string | null)[]) => [...new Set(ids.filter((id) => id !== null))];
  const ofType = (type: string) => rows.filter((row) => row.type === type);
  const eventIds = rows.map(({ event_id }) => event_id);
  return {
    eventIds,
    causeIds: distinct([...eventIds, ...rows.map(({ causation_id }) => causation_id)]),
    correlationIds: distinct(rows.map(({ correlation_id }) => correlation_id)),
    withdrawnIds: distinct(ofType(UserWithdrawn.type).map(({ correlation_id }) => correlation_id)),
    joined: distinct(ofType(ServiceJoined.type).map(({ service }) => service)),
  };
}

/** Repeats are no news, but some may say something else than the first under their id. What is personal is not compared: it is not here. */
async function reportReused(client: pg.ClientBase, facts: FactRow[]): Promise<void> {
  const { rows } = await client.query<Pick<FactRow, 'event_id' | 'log_offset'>>(
    `SELECT event_id, again.log_offset
     FROM jsonb_populate_recordset(NULL::facts, $1) AS again JOIN facts AS first USING (event_id)
     WHERE again.log_offset <> first.log_offset
       AND (again.type, again.service, again.subject, again.correlation_id, again.causation_id, again.stated_at, again.details)
         IS DISTINCT FROM
           (first.type, first.service, first.subject, first.correlation_id, first.causation_id, first.stated_at, first.details)
     ORDER BY again.log_offset`,
    [JSON.stringify(facts)],
  );
  for (const { event_id, log_offset: offset } of rows) {
    log.warn({ event_id, offset }, 'another fact came first under this id, and stays');
    countDelivery(EVENT_LOG, 'dead', 'event-id-reused');
  }
}

/** The one table that is added to instead of derived anew: right because a repeat is no new fact. */
export async function countPerMinute(client: pg.ClientBase, { eventIds }: Touched): Promise<void> {
  await client.query(
    `INSERT INTO facts_per_minute AS known (service, type, minute, count)
     SELECT service, type, date_trunc('minute', stated_at), count(*) FROM facts WHERE event_id = ANY ($1)
     GROUP BY 1, 2, 3 ORDER BY 3, 2, 1
     ON CONFLICT (minute, type, service) DO UPDATE SET count = known.count + excluded.count`,
    [eventIds],
  );
}
