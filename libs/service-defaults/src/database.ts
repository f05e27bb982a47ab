import type { Socket } from 'node:net';
import { beginSession } from '@tributary/outbox';
import { logger } from '@tributary/telemetry';
import pg from 'pg';
import type { ServiceConfig } from './service-config.ts';
import { placeOf } from './wait-for.ts';

const log = logger('database');
const NO_ANSWER = 'the database does not answer';
const READ_ONLY = 'the database is read-only';
const CONNECT_TIMEOUT_MS = 2_000;
/** A session keeps what role and database said when it began, such as that all is read-only, and a proxy may lead elsewhere by now. */
const POOL_LIFETIME_S = 60;
const PROBE_LIFETIME_S = 5;

/** Of every statement and transaction of the pool. A transaction that was forgotten keeps every table's dead rows alive; see autovacuum on the outbox. */
export const POOL_LIMITS = { statement_timeout: 10_000, idle_in_transaction_session_timeout: 10_000 };
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
    maxLifetimeSeconds: POOL_LIFETIME_S,
    onConnect: async (client) => {
      await begin(client, POOL_LIMITS);
      // Not pg's query_timeout: that leaves the connection in the pool, for the next one to wait on.
      streamOf(client).setTimeout(SILENCE_MS);
    },
  } satisfies Options);
  // Without a listener the loss of a connection ends the process. The pool replaces it by itself.
  pool.on('error', ({ message }) => log.warn({ problem: message }, 'lost an idle connection')); // the error itself carries the whole client
  return pool;
}

/** pg waits for it, and fails the checkout when it rejects; its types know nothing of that. */
type Options = Omit<pg.PoolConfig, 'onConnect'> & { onConnect: (client: pg.ClientBase) => Promise<void> };

async function begin(client: pg.ClientBase, settings: Record<string, number> = {}): Promise<void> {
  client.on('error', () => undefined); // the query under way rejects as well
  const stream = streamOf(client);
  stream.setTimeout(CONNECT_TIMEOUT_MS, () => stream.destroy());
  await client.query(beginSession(settings));
  stream.setTimeout(0);
}

const streamOf = (client: pg.ClientBase) => (client as pg.Client).connection.stream as Socket;

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
  client.on('error', () => undefined); // while it connects; that rejects as well
  try {
    await client.connect();
    await begin(client);
  } catch (cause) {
    streamOf(client).destroy();
    const { code, message } = cause as { code?: string; message: string };
    // Class 28 is "invalid authorization": https://www.postgresql.org/docs/current/errcodes-appendix.html
    if (!code?.startsWith('28')) throw cause;
    throw new LoginRefused(`the database at ${placeOf(url)} refuses the login: ${message}`, { cause });
  }
  return client;
}

/** On a standby as well, which is why it is not asked for `default_transaction_read_only`. */
const READS_ONLY = `SELECT current_setting('transaction_read_only')::boolean AS read_only`;

/**
 * Whether the database answers and takes writes, on a connection of its own: a busy pool is no reason to send people elsewhere.
 * Questions that come while one is being answered share the answer. Why it does not answer is in the log: outsiders may read the problem.
 */
export function databaseProbe(
  url: string,
  name: string,
): { problem(): Promise<string | undefined>; close(): Promise<void> } {
  const own = { max: 1, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, query_timeout: CONNECT_TIMEOUT_MS };
  const at = { connectionString: url, application_name: `${name} health`, maxLifetimeSeconds: PROBE_LIFETIME_S };
  const pool = new pg.Pool({ ...at, ...own, onConnect: (client) => begin(client) } satisfies Options);
  pool.on('error', () => undefined); // the next question finds out
  let away: string | undefined;
  let asking: Promise<string | undefined> | undefined;
  const found = (problem: string | undefined, err?: unknown) => {
    if (problem && problem !== away) log.warn({ err }, problem); // once: it is asked every few seconds
    return (away = problem);
  };
  const ask = () =>
    pool
      .query<{ read_only: boolean }>(READS_ONLY)
      .then(
        ({ rows }) => found(rows[0]?.read_only ? READ_ONLY : undefined),
        (err: unknown) => found(NO_ANSWER, err),
      )
      .finally(() => (asking = undefined));
  return { problem: () => (asking ??= ask()), close: () => pool.end() };
}
