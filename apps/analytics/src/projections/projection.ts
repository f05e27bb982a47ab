import type { LogPlace, LogRecord } from '@tributary/messaging';
import type pg from 'pg';
import { briefly } from '../brief-query.ts';
import { StaleReader } from '../errors.ts';
import { refreshExpectations } from './expectations.ts';
import { factOf } from './fact.ts';
import { addFacts, countPerMinute } from './facts.ts';
import { refreshJourneys } from './journeys.ts';
import { refreshSubscriptions } from './subscriptions.ts';

/**
 * The log as tables. A batch is one transaction: where to read on, its facts, and what follows from them. All tables are functions
 * of the set of facts, so that neither order nor repeats nor the cut into batches make a difference.
 */
export class Projection {
  #next: number | undefined;

  constructor(private readonly client: pg.Client) {}

  /** As of the last commit, whoever made it. */
  async position(): Promise<LogPlace | 'first'> {
    const { rows } = await this.client.query<{ next_offset: string | null; last_event_id: string | null }>(
      'SELECT next_offset, last_event_id FROM log_position',
    );
    const { next_offset: next = null, last_event_id: lastId = null } = rows[0] ?? {};
    this.#next = next === null ? undefined : Number(next);
    return this.#next === undefined ? 'first' : { next: this.#next, ...(lastId && { lastId }) };
  }

  /** @throws StaleReader when somebody else has read on: `position` has to be asked again. Nothing of the batch is kept then. */
  async apply(batch: LogRecord[]): Promise<void> {
    const last = batch.at(-1);
    if (!last) return;
    const next = last.offset + 1;
    await inTransaction(this.client, async () => {
      await this.#advance(next, last.event.id);
      const touched = await addFacts(this.client, batch.map(factOf));
      if (touched.eventIds.length === 0) return;
      await countPerMinute(this.client, touched);
      await refreshSubscriptions(this.client, touched);
      await refreshExpectations(this.client, touched);
      await refreshJourneys(this.client, touched);
    });
    this.#next = next;
  }

  /** Forgets everything: the log is read from its first record on. */
  async reset(): Promise<void> {
    await inTransaction(this.client, async () => {
      // First, as in `apply`: whoever has this row is the only one who writes.
      await this.client.query('UPDATE log_position SET next_offset = NULL, last_event_id = NULL');
      for (const table of TABLES) await this.client.query(`DELETE FROM ${table}`);
    });
    this.#next = undefined;
  }

  async #advance(next: number, lastId: string): Promise<void> {
    const { rowCount } = await this.client.query(
      'UPDATE log_position SET next_offset = $1, last_event_id = $3 WHERE next_offset IS NOT DISTINCT FROM $2',
      [next, this.#next, lastId],
    );
    if (!rowCount) throw new StaleReader('somebody else has read on in the event log');
  }
}

const TABLES = ['facts', 'facts_per_minute', 'subscriptions', 'expectations', 'journeys'];

async function inTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  try {
    await client.query(briefly('BEGIN'));
    await work();
    await client.query('COMMIT');
  } catch (error) {
    // Who does not even answer this is not there any more. The end of the connection tells everybody, and frees the lock.
    await client.query(briefly('ROLLBACK')).catch(() => client.connection.stream.destroy());
    throw error;
  }
}
