import {
  catalog,
  MailSent,
  ServiceJoined,
  UserSignedUp,
  UserWithdrawn,
  WorkspaceProvisioned,
  WorkspaceProvisioningFailed,
} from '@tributary/contracts';
import type pg from 'pg';
import type { Touched } from './facts.ts';

const firstTime = (type: string, more = '') => `min(stated_at) FILTER (WHERE type = '${type}' ${more})`;

// A journey whose beginning the log has lost is one all the same: it has no `signed_up_at`. But one of its facts has to be ours: of what
// nobody here knows every service may have said that it is none.
const JOURNEYS = `
  SELECT correlation_id,
         coalesce(min(subject) FILTER (WHERE type = '${UserSignedUp.type}'), min(subject)),
         ${firstTime(UserSignedUp.type)},
         ${firstTime(MailSent.type, `AND details->>'kind' = 'welcome'`)},
         ${firstTime(WorkspaceProvisioned.type)},
         ${firstTime(WorkspaceProvisioningFailed.type)},
         ${firstTime(UserWithdrawn.type)},
         max(stated_at),
         count(*)
  FROM facts WHERE correlation_id = ANY ($1) AND type <> '${ServiceJoined.type}'
  GROUP BY correlation_id
  HAVING bool_or(type = ANY ($2))`;

const KNOWN = catalog.map(({ type }) => type);

export async function refreshJourneys(client: pg.ClientBase, { correlationIds }: Touched): Promise<void> {
  await client.query('DELETE FROM journeys WHERE correlation_id = ANY ($1)', [correlationIds]);
  await client.query(`INSERT INTO journeys ${JOURNEYS}`, [correlationIds, KNOWN]);
}
