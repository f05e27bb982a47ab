import type { Event } from '@tributary/contracts';
import { CLAIM_IN_INBOX } from './app-sql.ts';
import type { SqlTransaction } from './database.ts';
import type { Outbox } from './outbox.ts';

/** Handles an event once, however often it is delivered. */
export class Inbox<Tx extends SqlTransaction> {
  readonly #outbox: Outbox<Tx>;
  readonly #consumer: string;

  /** @param options.consumer the service's name: who an event counts as handled by */
  constructor(outbox: Outbox<Tx>, { consumer }: { consumer: string }) {
    this.#outbox = outbox;
    this.#consumer = consumer;
  }

  /**
   * Runs `work` and remembers the event in one transaction. A delivery that arrives while another one is being handled waits for its outcome.
   * @returns 'duplicate' when it was handled before; `work` did not run then
   * @throws what `work` throws; the event then counts as not handled
   */
  async once(event: Pick<Event, 'id'>, work: (tx: Tx) => Promise<unknown>): Promise<'done' | 'duplicate'> {
    return this.#outbox.transaction(async (tx) => {
      const claimed = await tx.$executeRawUnsafe(CLAIM_IN_INBOX, this.#consumer, event.id);
      if (claimed === 0) return 'duplicate';
      await work(tx);
      return 'done';
    });
  }

  /**
   * Remembers that an event was handled whose effect has a natural key, so that catching up from the event log leaves it out. It decides
   * nothing: when the event comes again, the natural key does.
   */
  async note(tx: Pick<SqlTransaction, '$executeRawUnsafe'>, { id }: Pick<Event, 'id'>): Promise<void> {
    await tx.$executeRawUnsafe(CLAIM_IN_INBOX, this.#consumer, id);
  }
}
