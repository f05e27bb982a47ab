import { logger } from '@tributary/telemetry';
import pg from 'pg';
import { POOL_LIMITS, withClient } from './database.ts';
import type { ServiceConfig } from './service-config.ts';
import { placeOf } from './wait-for.ts';

const log = logger('start');
const ANSWER = { query_timeout: 5_000 };
/** At a start, and where a pooler is in between; each takes four answers. */
const ROUNDS = 20;

type Urls = Pick<ServiceConfig, 'DATABASE_URL' | 'SESSION_DATABASE_URL'>;

/** A pooler lends a server connection for one transaction only: LISTEN never hears, and a lock stays with whom it was lent to next. */
export class SessionsLost extends Error {
  override readonly name = 'SessionsLost';
}

/** For connections that LISTEN, lock, or keep settings of their own. */
export const sessionUrl = ({ DATABASE_URL, SESSION_DATABASE_URL }: Urls): string =>
  SESSION_DATABASE_URL ?? DATABASE_URL;

/** @throws SessionsLost naming the variable that is to be given */
export async function requireSessions(url: string, variable: keyof ServiceConfig, name: string): Promise<void> {
  if (await keepsSessions(url, name)) return;
  throw new SessionsLost(
    `the connection pooler at ${placeOf(url)} lends a server connection for one transaction only, and LISTEN and locks would be lost: ` +
      `give ${variable}, the same database on the server itself or through a pooler in session mode`,
  );
}

/** Says what it takes when the pool of `serve` goes through a pooler in transaction mode, which loses the limits that we SET. */
export async function warnOfLostLimits({ DATABASE_URL: url }: Urls, name: string): Promise<void> {
  if (await keepsSessions(url, name)) return;
  await withClient(
    url,
    name,
    async (client) => {
      const { rows } = await client.query<{ name: string; role: string; database: string }>(UNLIMITED, [
        Object.keys(POOL_LIMITS),
      ]);
      const cure = rows.map(({ name, role, database }) => {
        const [login, at] = [role, database].map((it) => pg.escapeIdentifier(it));
        return `ALTER ROLE ${login} IN DATABASE ${at} SET ${name} = ${POOL_LIMITS[name as keyof typeof POOL_LIMITS]};`;
      });
      if (cure.length > 0)
        log.warn({ cure }, 'behind this pooler nothing limits how long a statement or transaction takes');
    },
    ANSWER,
  );
}

/** What role and database say: that is where every server connection of a pooler begins. */
const UNLIMITED = `
  SELECT name, current_user AS role, current_database() AS database FROM pg_settings
  WHERE name = ANY ($1) AND reset_val = '0' ORDER BY name DESC`;

/** Whether the next statement finds what the last one left in its session. */
export function keepsSessions(url: string, name: string): Promise<boolean> {
  return withClient(
    url,
    name,
    async (one) => {
      if ((await serverOf(one)) === (one as pg.Client & { processID: number }).processID) return true; // nobody in between
      return withClient(url, name, (other) => neverMeet(one, other), ANSWER);
    },
    ANSWER,
  );
}

/**
 * A lender that is idle gives first what it got back last: the server connection of the one to the other, or the other way round. While it is busy
 * others may get in between: then one round missed it in 21 of 360 tries, and three rounds in none.
 */
async function neverMeet(one: pg.Client, other: pg.Client): Promise<boolean> {
  const own = await serverOf(one);
  for (let round = 0; round < ROUNDS; round += 1) {
    await other.query('BEGIN');
    if ((await serverOf(other)) === own || (await serverOf(one)) !== own) return false;
    await other.query('COMMIT');
    if ((await serverOf(one)) !== own) return false;
  }
  return true;
}

async function serverOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}
