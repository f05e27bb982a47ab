import {
  databaseAway,
  poolExhausted,
  sessionsEnded,
  tableLocked,
  transactionForgotten,
} from '../faults/database-faults.ts';
import { killed } from '../faults/process-faults.ts';
import { at503Most, saidAs503, unnoticed } from '../faults/what-signup-answers.ts';
import type { Scenario } from './scenario.ts';

// prettier-ignore
const all: Omit<Scenario, 'group'>[] = [
  { name: 'stop-database', what: 'immediate stop of the database (SIGQUIT: no checkpoint, no goodbye), and started again 4 s later', expected: 'signup says 503 and recovers alone', steps: () => [{ at: [20, 60], do: saidAs503(killed('postgres', 'SIGQUIT')), for: 4 }] },
  { name: 'kill-database', what: 'SIGKILL the database, and start it again 4 s later', expected: 'signup says 503 and recovers alone', steps: () => [{ at: [20, 60], do: saidAs503(killed('postgres')), for: 4 }] },
  { name: 'end-database-sessions', what: 'every session of every service ended, as in a failover', expected: 'at most 503 for a moment; nothing partial', steps: () => [{ at: [20, 60], do: at503Most(sessionsEnded), for: 1 }] },
  { name: 'no-database-for-signup', what: 'the database of signup takes no connections for 5 s', expected: 'signup says 503 and recovers alone', steps: () => [{ at: [20, 60], do: saidAs503(databaseAway('signup')), for: 5 }] },
  ...['email', 'workspace-provisioning', 'analytics'].map((service) => ({
    name: `no-database-for-${service}`,
    what: `the database of ${service} takes no connections for 5 s`,
    expected: 'signups stay 202; its facts wait',
    steps: () => [{ at: [20, 60] as [number, number], do: unnoticed(databaseAway(service)), for: 5 }],
    long: true as const,
  })),
  { name: 'lock-table', what: 'a table of somebody else than signup locked for 20 s', expected: 'signups stay 202; whoever needs the table waits or tries again', steps: (draw) => [{ at: 20, do: unnoticed(draw.pick([tableLocked('email', 'mails'), tableLocked('workspace-provisioning', 'workspaces'), tableLocked('analytics', 'facts')])), for: 20 }], long: true },
  { name: 'exhaust-pool', what: 'the users of signup locked for 20 s, until every connection of its pool waits', expected: 'signup says 503 and recovers alone', steps: () => [{ at: 20, do: saidAs503(poolExhausted('signup', 'users')), for: 20 }], long: true },
  { name: 'forget-transaction', what: 'a forgotten transaction holds rows of an outbox for 15 s', expected: 'signups stay 202; the other rows are published, these when it ends', steps: (draw) => [{ at: 20, do: unnoticed(transactionForgotten(draw.pick(['signup', 'email']))), for: 15 }], long: true },
];

export const database: Scenario[] = all.map((scenario) => ({ ...scenario, group: 'database' }));
