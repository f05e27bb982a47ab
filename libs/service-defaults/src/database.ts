import type { Socket } from 'node:net';
import { logger } from '@tributary/telemetry';
import pg from 'pg';
import type { ServiceConfig } from './service-config.ts';
import { placeOf } from './wait-for.ts';

const log = logger('database');
const NO_ANSWER = 'the database does not answer';
const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 10_000;
/** A transaction that was forgotten keeps every table's dead rows alive; see autovacuum on the outbox. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
/** The server has ended statement and transaction by then, and the pool what is idle: whoever is still silent is not there. */
const SILENCE_MS = 12_000;

/** The server is there and does not let this login in: waiting cannot cure that. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
}

/**
 * The one pool of a process: `new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) })`.
 * `runService` makes it, hands it to `create` and closes it after the application. No statement and no idle transaction outlives 10 s, no half-open connection 12 s.
 */
export function databasePool(
  config: Pick<ServiceConfig, 'DATABASE_URL' | 'DATABASE_POOL_SIZE'>,
  name: string,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: config.DATABASE_URL,
    application_name: name,
    max: config.DATABASE_POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  });
  // Without a listener the loss of a connection ends the process. The pool replaces it by itself.
  pool.on('error', ({ message }) => log.warn({ problem: message }, 'lost an idle connection')); // the error itself carries the whole client
  pool.on('connect', (client) => {
    client.on('error', () => undefined); // the query under way rejects as well
    // Not pg's query_timeout: that leaves the connection in the pool, for the next one to wait on.
    const stream = (client as pg.Client).connection.stream as Socket;
    stream.setTimeout(SILENCE_MS, () => stream.destroy());
  });
  return pool;
}

/** One connection for `work`, closed afterwards. Unless `limits` say otherwise a statement takes what it takes. */
export async function withClient<Result>(
  url: string,
  name: string,
  work: (client: pg.Client) => Promise<Result>,
  limits: pg.ClientConfig = {},
): Promise<Result> {
  const client = await connect(url, name, limits);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** @throws LoginRefused, or why there is no connection within 2 s */
export async function connect(url: string, name: string, limits: pg.ClientConfig = {}): Promise<pg.Client> {
  const own = { connectionString: url, application_name: name, connectionTimeoutMillis: CONNECT_TIMEOUT_MS };
  const client = new pg.Client({ ...own, ...limits });
  client.on('error', () => undefined); // the query under way rejects as well, and says where
  try {
    await client.connect();
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    // Class 28 is "invalid authorization": https://www.postgresql.org/docs/current/errcodes-appendix.html
    if (!code?.startsWith('28')) throw cause;
    throw new LoginRefused(`the database at ${placeOf(url)} refuses the login: ${message}`, { cause });
  }
  return client;
}

/**
 * Whether the database answers, on a connection of its own: a busy pool is no reason to send people elsewhere.
 * Questions that come while one is being answered share the answer. Why it does not answer is in the log: outsiders may read the problem.
 */
export function databaseProbe(
  url: string,
  name: string,
): { problem(): Promise<string | undefined>; close(): Promise<void> } {
  const own = { max: 1, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, query_timeout: CONNECT_TIMEOUT_MS };
  const pool = new pg.Pool({ connectionString: url, application_name: `${name} health`, ...own });
  pool.on('error', () => undefined); // the next question finds out
  let away: string | undefined;
  let asking: Promise<string | undefined> | undefined;
  const ask = () =>
    pool
      .query('SELECT 1')
      .then(
        () => (away = undefined),
        (err: unknown) => {
          if (!away) log.warn({ err }, NO_ANSWER); // once: it is asked every few seconds
          return (away = NO_ANSWER);
        },
      )
      .finally(() => (asking = undefined));
  return { problem: () => (asking ??= ask()), close: () => pool.end() };
}
