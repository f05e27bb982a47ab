import { eventually } from '@tributary/testing';
import type pg from 'pg';
import type { Fault } from '../run/fault.ts';
import type { Target } from '../run/target.ts';

const WITHIN = { timeoutMs: 30_000, intervalMs: 50 };
/** Of one process, see DATABASE_POOL_SIZE. */
const POOL_SIZE = 10;

/** Every session of these services ended, as a failover does it; they may come back at once. */
export const sessionsEnded: Fault = {
  what: 'every database session ended',
  async begin(target) {
    target.crashes += 1;
    const ended = await Promise.all(target.services.map((service) => endSessions(target, service)));
    const spared = target.services.filter((_, index) => !ended[index]);
    if (spared.length > 0) throw new Error(`${spared.join(', ')} had no session that could be ended`);
    return async () => undefined;
  },
};

/** One service's database takes no more connections, and those that were there are gone; the others have theirs. */
export const databaseAway = (service: string): Fault => ({
  what: `the database of ${service} away`,
  async begin(target) {
    await target.query('postgres', `ALTER DATABASE "${service}" CONNECTION LIMIT 0`);
    const end = async () => void (await target.query('postgres', `ALTER DATABASE "${service}" CONNECTION LIMIT -1`));
    try {
      if (service === 'email') target.crashes += 1;
      if ((await endSessions(target, service)) === 0) throw new Error(`${service} had no session that could be ended`);
      await eventually(async () => (await sessionsOf(target, service)) === 0, WITHIN);
    } catch (error) {
      await end();
      throw error;
    }
    return end;
  },
});

/** Whoever reads or writes the table waits. Seen: somebody does. */
export const tableLocked = (service: string, table: string): Fault => ({
  what: `${service}.${table} locked`,
  begin: (target) => locked(target, { service, table, waiting: 1 }),
});

/** The same until every connection of the service's pool waits: whatever else it would ask has to wait for one. */
export const poolExhausted = (service: string, table: string): Fault => ({
  what: `the pool of ${service} exhausted`,
  begin: (target) => locked(target, { service, table, waiting: POOL_SIZE }),
});

/** Somebody reads rows that are about to be published, and forgets to end the transaction: nobody can take these rows. */
export const transactionForgotten = (service: string): Fault => ({
  what: `a transaction forgotten that holds rows of ${service}'s outbox`,
  async begin(target, note) {
    const client = await target.database(service);
    try {
      await eventually(() => holdRows(client), WITHIN);
    } catch (error) {
      await client.end();
      throw error;
    }
    return async () => {
      const held = await client.query('ROLLBACK').then(
        () => true,
        () => false,
      );
      if (!held) note('the server ended the forgotten transaction before we did');
      await client.end();
    };
  },
});

async function holdRows(client: pg.Client): Promise<boolean> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  const { rowCount } = await client.query('SELECT FROM messaging.outbox FOR UPDATE SKIP LOCKED');
  if (rowCount) return true;
  await client.query('ROLLBACK');
  return false;
}

async function locked(
  target: Target,
  it: { service: string; table: string; waiting: number },
): Promise<() => Promise<void>> {
  const { service, table, waiting } = it;
  if (service === 'email') target.crashes += 1; // a record that waits too long leaves its mail in doubt
  const client = await target.database(service);
  const end = () => client.end(); // with it the lock
  try {
    await client.query('BEGIN');
    await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await eventually(async () => (await waitingForLocks(client, service)) >= waiting, WITHIN);
  } catch (error) {
    await end();
    throw error;
  }
  return end;
}

async function waitingForLocks(client: pg.Client, service: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int FROM pg_stat_activity WHERE usename = $1 AND wait_event_type = 'Lock'`,
    [service],
  );
  return rows[0]?.count ?? 0;
}

/** @returns how many there were; a service's login has the service's name */
async function endSessions(target: Target, service: string): Promise<number> {
  const ended = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1';
  return (await target.query('postgres', ended, [service])).length;
}

async function sessionsOf(target: Target, service: string): Promise<number> {
  return (await target.query('postgres', 'SELECT FROM pg_stat_activity WHERE usename = $1', [service])).length;
}
