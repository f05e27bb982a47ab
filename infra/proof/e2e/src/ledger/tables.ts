import type { Entry } from './entry.ts';
import { slugFits } from './names.ts';
import type { Row } from './snapshot.ts';

/** One table: how it is read, and what a row of it says. */
export interface Table {
  sql: string;
  says: (row: Row) => Omit<Entry, 'where'>[];
}

const says = (whose: unknown, ...what: string[]) => what.map((it) => ({ whose: String(whose ?? ''), what: it }));
const outbox: Table = {
  sql: `SELECT body::json->>'subject' AS whose, type, last_error FROM messaging.outbox`,
  says: ({ whose, type, last_error: error }) => says(whose, `${type} is not published${error ? `: ${error}` : ''}`),
};

/** Every table that holds something about somebody, by service and name. */
export const tables: Record<string, Table> = {
  'signup.users': {
    sql: 'SELECT id, email, display_name, workspace_name, attempt FROM users',
    says: ({ id, email, display_name, workspace_name, attempt }) =>
      says(id, `${display_name}, ${email}, who wants ${quoted(workspace_name)} (name ${attempt})`),
  },
  'signup.onboarding_steps': {
    sql: 'SELECT user_id, step, state FROM onboarding_steps',
    says: ({ user_id, step, state }) => says(user_id, `${step}: ${state}`),
  },
  'signup.withdrawals': {
    sql: 'SELECT user_id FROM withdrawals',
    says: ({ user_id }) => says(user_id, 'a withdrawal'),
  },
  'signup.idempotency_keys': {
    sql: 'SELECT key, user_id FROM idempotency_keys',
    says: ({ key, user_id }) => says(user_id, `the key ${key}`),
  },
  'email.people': {
    sql: 'SELECT user_id, address, display_name, withdrawn_at IS NOT NULL AS withdrawn FROM people',
    says: ({ user_id, address, display_name, withdrawn }) =>
      says(user_id, withdrawn && !address ? 'somebody who withdrew' : `${display_name}, ${address}`),
  },
  'email.mails': {
    sql: 'SELECT user_id, kind, occasion, status FROM mails',
    says: ({ user_id, kind, occasion, status }) => says(user_id, `${mailNamed(kind, occasion)}: ${status}`),
  },
  'workspace-provisioning.people': {
    sql: 'SELECT user_id, withdrawn_at IS NOT NULL AS withdrawn, attempt FROM people',
    says: ({ user_id, withdrawn, attempt }) =>
      says(user_id, withdrawn ? 'somebody who withdrew' : `somebody, name ${attempt} dealt with`),
  },
  'workspace-provisioning.workspaces': {
    sql: 'SELECT id, owner_id, name, slug FROM workspaces',
    says: ({ id, owner_id, name, slug }) => {
      const fits = slugFits(String(name), String(slug), String(id));
      return says(owner_id, `${quoted(name)}${fits ? '' : ` with the slug ${slug}, which is not of this name`}`);
    },
  },
  'workspace-provisioning.memberships': {
    sql: `SELECT user_id, role, owner_id = user_id AS own FROM memberships JOIN workspaces ON id = workspace_id`,
    says: ({ user_id, role, own }) => says(user_id, `${role} of ${own ? 'their own' : "somebody else's"} workspace`),
  },
  'workspace-provisioning.projects': {
    sql: 'SELECT owner_id, projects.name FROM projects JOIN workspaces ON workspaces.id = workspace_id',
    says: ({ owner_id, name }) => says(owner_id, `the project ${quoted(name)}`),
  },
  'analytics.facts': {
    sql: `SELECT subject, service, type, details, date_trunc('minute', stated_at)::text AS minute FROM facts
          WHERE type <> 'service.joined.v1'`,
    says: ({ subject, service, type, details }) => says(subject, factNamed(type, service, details as Row)),
  },
  // Says nothing by itself: it is counted again.
  'analytics.facts_per_minute': {
    sql: `SELECT service, type, minute::text AS minute, count FROM facts_per_minute WHERE type <> 'service.joined.v1'`,
    says: () => [],
  },
  'analytics.expectations': {
    sql: `SELECT cause.subject, expectations.service, cause.type, cause.service AS stated_by, cause.details,
            CASE WHEN kept_by IS NOT NULL THEN 'kept' WHEN waived_at IS NOT NULL THEN 'waived' ELSE 'still open' END AS state
          FROM expectations JOIN facts AS cause ON event_id = cause_id`,
    says: ({ subject, service, type, stated_by, details, state }) =>
      says(subject, `${service} on ${factNamed(type, stated_by, details as Row)}: ${state}`),
  },
  'analytics.journeys': {
    sql: `SELECT signup_id, facts, exist, signed_up_at, welcomed_at, provisioned_at, failed_at, withdrawn_at
          FROM journeys LEFT JOIN (SELECT subject, count(*)::int AS exist FROM facts GROUP BY subject) AS counted ON subject = signup_id`,
    says: ({ signup_id, facts, exist, ...times }) => {
      const reached = Object.entries(times).filter(([, at]) => at !== null);
      const counted = facts === exist ? [] : [`counts ${facts} facts, and there are ${exist}`];
      return says(signup_id, 'a journey', ...counted, ...reached.map(([name]) => name.replace(/_at$/, '')));
    },
  },
  'signup.outbox': outbox,
  'email.outbox': outbox,
  'workspace-provisioning.outbox': outbox,
  'analytics.outbox': outbox,
};

export const quoted = (name: unknown) => `"${name}"`;

/** `welcome`, `workspace-failed (attempt-2)` */
export const mailNamed = (kind: unknown, occasion?: unknown) => `${kind}${occasion ? ` (${occasion})` : ''}`;

/** `workspace.provisioning-failed.v1 (attempt 2, name-reserved) by workspace-provisioning`: all of it that is not an id. */
export function factNamed(type: unknown, service: unknown, details: Row = {}): string {
  const { kind, attempt, reason } = details;
  const more = [kind, attempt && `attempt ${attempt}`, reason].filter(Boolean).join(', ');
  return `${type}${more ? ` (${more})` : ''} by ${service}`;
}
