import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { beginSession } from './session.ts';

export type Connection = pg.Client;

/** A claim held longer than this without a word belongs to a relay that hangs: the server ends it and its rows are free again. */
export const IDLE_IN_TRANSACTION_MS = 5_000;
const STATEMENT_MS = 5_000;
const LIMITS = {
  statement_timeout: STATEMENT_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  // A process stopped while it receives rows is neither idle nor executing to the server, only a full socket.
  tcp_user_timeout: IDLE_IN_TRANSACTION_MS,
};
const CONNECT_MS = 5_000;
const GOODBYE_MS = 1_000;
/** For what is under way when it is told to stop; then it is rolled back. Longer than a confirm is waited for. */
const LAST_WORK_MS = 4_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** A connection on which nobody waits for ever: not the server for us, with rows locked meanwhile, and not we for the server. */
export async function connect(url: string, name: string): Promise<Connection> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `tributary ${name}`,
    connectionTimeoutMillis: CONNECT_MS,
    // Ours: on a half-open connection the server's never arrives.
    query_timeout: STATEMENT_MS + 1_000,
  });
  client.on('error', () => undefined); // the next query reports it; without a listener it would end the process
  await client.connect();
  try {
    await client.query(beginSession(LIMITS));
  } catch (error) {
    drop(client);
    throw error;
  }
  return client;
}

/** Never waits long for a server that does not answer any more. */
export async function disconnect(connection: Connection): Promise<void> {
  await Promise.race([connection.end(), delay(GOODBYE_MS, undefined, { ref: false })]);
  drop(connection);
}

/** Without a goodbye: on a half-open connection nobody would answer it. An open transaction is rolled back. */
export function drop(connection: Connection | undefined): void {
  connection?.connection.stream.destroy();
}

/**
 * Runs `work` with a connection of its own, and again with a new one whenever it fails, until `signal` is aborted. Pauses from 100 ms to
 * 5 s between, with jitter: the relays of a fleet must not return to a restarted server in step.
 */
export async function withConnection(
  {
    url,
    name,
    signal,
    onFailure,
  }: { url: string; name: string; signal: AbortSignal; onFailure: (error: unknown) => void },
  work: (connection: Connection) => Promise<void>,
): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const began = performance.now();
    let connection: Connection | undefined;
    const stopSoon = () => setTimeout(() => drop(connection), LAST_WORK_MS).unref();
    signal.addEventListener('abort', stopSoon);
    try {
      connection = await connect(url, name);
      await work(connection);
      await disconnect(connection);
    } catch (error) {
      drop(connection);
      if (signal.aborted) return;
      onFailure(error);
      if (performance.now() - began > LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
      await rest(pause * (0.5 + Math.random() / 2), signal);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    } finally {
      signal.removeEventListener('abort', stopSoon);
    }
  }
}

/** A pause that `signal` ends early. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
