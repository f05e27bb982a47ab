import type { Publisher } from '@tributary/messaging';
import { logger, observeOutboxAge } from '@tributary/telemetry';
import { IDLE_IN_TRANSACTION_MS, rest, withConnection, type Connection } from './connection.ts';
import { Doorbell } from './doorbell.ts';
import { Pace } from './pace.ts';
import { pruneInbox } from './prune-inbox.ts';
import { relayLoop } from './relay-loop.ts';
import { LISTEN, OLDEST_AGE } from './relay-sql.ts';

const log = logger('outbox.relay');
const LOOK_EVERY_MS = 5_000;
const PRUNE_EVERY_MS = 60 * 60 * 1_000;

export interface RelayOptions {
  databaseUrl: string;
  /** Connected and closed by the caller. Its `window` must hold `loops × windowSize` messages. */
  publisher: Pick<Publisher, 'publish' | 'status'>;
  /** Windows in flight, each with a connection of its own. Default 4. */
  loops?: number;
  /** Rows per window, at least 2. Default 200. */
  windowSize?: number;
  /** Milliseconds between two polls of an idle loop: the first after work, doubling up to the last. Default 25 and 1,000. */
  pollMs?: { first: number; last: number };
  /** Milliseconds until a confirm counts as missing. Default 3,000; less than the 5,000 after which the server takes the rows back. */
  confirmDeadlineMs?: number;
  /** Default 30. A repeat that arrives later is handled again: keep rows longer than any dead letter or log is redriven. */
  inboxRetentionDays?: number;
}

export interface RelayStatus {
  /** Seconds since the oldest fact not known to be published was stated; 0 without one, undefined before the first look. */
  oldestAge: number | undefined;
  /** Why nothing can be published at the moment, in fixed words that outsiders may read. Empty: ready. */
  problems: string[];
}

/** Publishes what the outbox holds, in no particular order, at least once. Any number of relays may run. */
export class Relay {
  readonly #options: Required<RelayOptions>;
  readonly #doorbell = new Doorbell();
  readonly #stopping = new AbortController();
  readonly #databaseProblems = new Map<string, string>();
  #oldestAge: number | undefined;
  #running: Promise<unknown> | undefined;

  constructor(options: RelayOptions) {
    this.#options = {
      loops: 4,
      windowSize: 200,
      pollMs: { first: 25, last: 1_000 },
      confirmDeadlineMs: 3_000,
      inboxRetentionDays: 30,
      ...options,
    };
    if (this.#options.confirmDeadlineMs >= IDLE_IN_TRANSACTION_MS) {
      throw new RangeError(
        `confirmDeadlineMs must be below ${IDLE_IN_TRANSACTION_MS}, when the server takes the rows back`,
      );
    }
  }

  /** Runs until `stop`, through restarts of database and broker; never rejects. */
  async run(): Promise<void> {
    this.#running ??= this.#runAll();
    await this.#running;
  }

  /** Resolves when every window is finished or given back (seconds at most) and every connection closed. The publisher stays open. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  status(): RelayStatus {
    const { problems } = this.#options.publisher.status();
    return { oldestAge: this.#oldestAge, problems: [...this.#databaseProblems.values(), ...problems] };
  }

  async #runAll(): Promise<void> {
    const { loops, windowSize } = this.#options;
    const pace = new Pace(windowSize);
    const stopObserving = observeOutboxAge(() => this.#knownAge());
    const names = Array.from({ length: loops }, (_, index) => `relay ${index + 1}`);
    await Promise.all([
      ...names.map((name) => this.#supervise(name, (connection) => this.#loop(connection, pace))),
      this.#supervise('relay listener', (connection) => this.#listen(connection)),
      this.#pruneNowAndThen(),
    ]);
    stopObserving();
  }

  #supervise(name: string, work: (connection: Connection) => Promise<void>): Promise<void> {
    const onFailure = (error: unknown) => {
      log.warn({ err: error, connection: name }, 'lost the database, trying again');
      this.#databaseProblems.set(name, `${name} lost its connection to the database`);
    };
    this.#databaseProblems.set(name, `${name} has no connection to the database yet`);
    return withConnection(
      { url: this.#options.databaseUrl, name, signal: this.#stopping.signal, onFailure },
      (connection) => {
        this.#databaseProblems.delete(name);
        return work(connection);
      },
    );
  }

  #loop(connection: Connection, pace: Pace): Promise<void> {
    const { publisher, pollMs, confirmDeadlineMs } = this.#options;
    const { signal } = this.#stopping;
    return relayLoop(connection, { publisher, doorbell: this.#doorbell, pace, pollMs, confirmDeadlineMs, signal });
  }

  async #listen(connection: Connection): Promise<void> {
    connection.on('notification', () => this.#doorbell.ring());
    await connection.query(LISTEN);
    this.#doorbell.ring(); // for whatever was notified while nobody listened
    while (!this.#stopping.signal.aborted) {
      const { rows } = await connection.query<{ age: number }>(OLDEST_AGE);
      this.#oldestAge = rows[0]?.age ?? 0;
      await rest(LOOK_EVERY_MS, this.#stopping.signal);
    }
  }

  async #knownAge(): Promise<number> {
    if (this.#oldestAge === undefined || this.#databaseProblems.size > 0) throw new Error('the age is not known');
    return this.#oldestAge;
  }

  async #pruneNowAndThen(): Promise<void> {
    const { databaseUrl, inboxRetentionDays: olderThanDays } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await pruneInbox(databaseUrl, olderThanDays, signal).then(
        (pruned) => pruned > 0 && log.info({ pruned, olderThanDays }, 'inbox pruned'),
        (error: unknown) => log.warn({ err: error }, 'inbox not pruned, trying again in an hour'),
      );
      await rest(PRUNE_EVERY_MS, signal);
    }
  }
}
