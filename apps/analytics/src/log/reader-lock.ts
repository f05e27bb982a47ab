import { setTimeout as delay } from 'node:timers/promises';
import { beginSession } from '@tributary/service-defaults';
import pg from 'pg';
import { briefly } from '../brief-query.ts';

/** Any number, the same for all processes of this service; Prisma's, which `setup` takes, is 72707369. */
const LOCK = 72707371;
const CHANNEL = 'reader_wanted';
/** Shorter than anybody else's pause: who insists is there first when the lock is free. */
const ASK_AGAIN_MS = 50;

/** A late service may have promised something for every fact there is: one statement expects it anew for all of them. */
const STATEMENT_TIMEOUT_MS = 120_000;
/** The server has ended every statement by then: whoever is still silent is not there. */
const SILENCE_MS = STATEMENT_TIMEOUT_MS + 5_000;
const GOODBYE_MS = 1_000;

const SETTINGS = {
  statement_timeout: STATEMENT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: 10_000,
  // A reader whose machine is gone says no goodbye: its server process, and with it the lock, has to notice within seconds.
  tcp_keepalives_idle: 3,
  tcp_keepalives_interval: 1,
  tcp_keepalives_count: 3,
};

/** The connection that a reader has the lock on and writes through: who loses one has lost the other. */
export interface ReaderSession extends AsyncDisposable {
  client: pg.Client;
  /** Aborted when the connection is lost, or when a rebuild asks for the lock. */
  over: AbortSignal;
}

/** @returns undefined while another process reads. @throws what PostgreSQL says when it is not there */
export async function tryToRead(databaseUrl: string): Promise<ReaderSession | undefined> {
  const session = await openSession(databaseUrl);
  try {
    if (await takeLock(session)) {
      await session.client.query(briefly(`LISTEN ${CHANNEL}`));
      return session;
    }
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
  await session[Symbol.asyncDispose]();
  return undefined;
}

/** Waits for the lock, and asks whoever has it to end the batch at hand and stand by. */
export async function insistOnReading(databaseUrl: string, signal: AbortSignal): Promise<ReaderSession> {
  const session = await openSession(databaseUrl);
  try {
    while (!(await takeLock(session))) {
      await session.client.query(briefly(`NOTIFY ${CHANNEL}`));
      await delay(ASK_AGAIN_MS, undefined, { signal });
    }
    return session;
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
}

async function takeLock({ client }: ReaderSession): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(briefly('SELECT pg_try_advisory_lock($1) AS taken', [LOCK]));
  return rows[0]?.taken === true;
}

async function openSession(databaseUrl: string): Promise<ReaderSession> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'analytics reader',
    connectionTimeoutMillis: 2_000,
    query_timeout: SILENCE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 3_000, // the other end may be gone as silently
  });
  const over = new AbortController();
  client.on('error', () => over.abort());
  client.on('end', () => over.abort());
  client.on('notification', () => over.abort());
  await client.connect();
  const session = { client, over: over.signal, [Symbol.asyncDispose]: () => leave(client) };
  try {
    await client.query(briefly(beginSession(SETTINGS)));
  } catch (error) {
    await leave(client);
    throw error;
  }
  return session;
}

/** Never waits long for a server that does not answer any more. */
async function leave(client: pg.Client): Promise<void> {
  await Promise.race([client.end(), delay(GOODBYE_MS, undefined, { ref: false })]);
  client.connection.stream.destroy();
}
