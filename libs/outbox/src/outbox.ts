import type { Event } from '@tributary/contracts';
import { traceFor } from '@tributary/telemetry';
import { ADD_TO_OUTBOX } from './app-sql.ts';
import { TRANSACTION, type Database, type SqlTransaction } from './database.ts';
import { EventTooLarge } from './errors.ts';
import type { Nudge } from './nudge.ts';

export interface OutboxOptions {
  /** Told after every commit, so that the relay need not wait for its next poll. */
  nudge?: Pick<Nudge, 'send'>;
  /** Bytes of JSON, default 1 MiB. RabbitMQ 4 closes the channel above 16 MiB, with everything else that is in flight on it. */
  maxBodyBytes?: number;
}

/** States facts in the transaction that makes them true. */
export class Outbox<Tx extends SqlTransaction> {
  readonly #database: Database<Tx>;
  readonly #nudge: OutboxOptions['nudge'];
  readonly #maxBodyBytes: number;

  constructor(database: Database<Tx>, { nudge, maxBodyBytes = 1024 * 1024 }: OutboxOptions = {}) {
    this.#database = database;
    this.#nudge = nudge;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /**
   * Adds the events to `tx` in one INSERT, each with the trace it belongs to. What is stored is what will be published, byte for byte.
   * @throws EventTooLarge before anything is written
   */
  async add(tx: SqlTransaction, ...events: Event[]): Promise<void> {
    if (events.length === 0) return;
    const bodies = events.map((event) => this.#bodyOf(event));
    const traces = events.map((event) => traceFor(event));
    await tx.$executeRawUnsafe(
      ADD_TO_OUTBOX,
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map(({ time }) => time),
      bodies,
      traces.map(({ traceparent }) => traceparent ?? null),
      traces.map(({ tracestate }) => tracestate ?? null),
    );
  }

  /**
   * Runs `work` in one transaction and wakes the relay after the commit. Read committed; 2 s for a connection, 10 s in all.
   * @throws what `work` throws, after rolling back
   */
  async transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const result = await this.#database.$transaction(work, TRANSACTION);
    this.#nudge?.send();
    return result;
  }

  #bodyOf(event: Event): string {
    const body = JSON.stringify(event);
    const bytes = Buffer.byteLength(body);
    if (bytes <= this.#maxBodyBytes) return body;
    throw new EventTooLarge(`${event.type} ${event.id} is ${bytes} bytes of JSON, more than ${this.#maxBodyBytes}`);
  }
}
