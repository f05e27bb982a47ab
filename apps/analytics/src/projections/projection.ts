import type { LogRecord } from '@tributary/messaging';
import type pg from 'pg';
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

  constructor(private readonly client: pg.ClientBase) {}

  /** As of the last commit, whoever made it. */
  async position(): Promise<number | 'first'> {
    const { rows } = await this.client.query<{ next_offset: string | null }>('SELECT next_offset FROM log_position');
    const next = rows[0]?.next_offset ?? undefined;
    this.#next = next === undefined ? undefined : Number(next);
    return this.#next ?? 'first';
  }

  /** @throws StaleReader when somebody else has read on: `position` has to be asked again. Nothing of the batch is kept then. */
  async apply(batch: LogRecord[]): Promise<void> {
    const last = batch.at(-1);
    if (!last) return;
    const next = last.offset + 1;
    await inTransaction(this.client, async () => {
      await this.#advance(next);
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
      await this.client.query('UPDATE log_position SET next_offset = NULL');
      for (const table of TABLES) await this.client.query(`DELETE FROM ${table}`);
    });
    this.#next = undefined;
  }

  async #advance(next: number): Promise<void> {
    const { rowCount } = await this.client.query(
      'UPDATE log_position SET next_offset = $1 WHERE next_offset IS NOT DISTINCT FROM $2',
      [next, this.#next],
    );
    if (!rowCount) throw new StaleReader('somebody else has read on in the event log');
  }
}

const TABLES = ['facts', 'facts_per_minute', 'subscriptions', 'expectations', 'journeys'];

async function inTransaction(client: pg.ClientBase, work: () => Promise<void>): Promise<void> {
  await client.query('BEGIN');
  try {
    await work();
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
