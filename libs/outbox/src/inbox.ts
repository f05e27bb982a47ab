import type { Event } from '@tributary/contracts';
import { EventIdReused } from '@tributary/messaging';
import { BEGIN_IN_INBOX, CLAIM_IN_INBOX, CONTENT_IN_INBOX } from './app-sql.ts';
import { contentHash } from './content-hash.ts';
import type { SqlTransaction } from './database.ts';
import type { Outbox } from './outbox.ts';

/** Handles an event once, however often it is delivered, and remembers what it said: of several under one id the first one stays. */
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
   * @throws what `work` throws; the event then counts as not handled. EventIdReused when another one was handled under its id
   */
  async once(event: Event, work: (tx: Tx) => Promise<unknown>): Promise<'done' | 'duplicate'> {
    return this.#outbox.transaction(async (tx) => {
      const claimed = await tx.$executeRawUnsafe(CLAIM_IN_INBOX, this.#consumer, event.id, contentHash(event));
      if (claimed === 0) {
        await this.#compare(tx, event);
        return 'duplicate';
      }
      await work(tx);
      return 'done';
    });
  }

  /**
   * First in the transaction that decides on an effect which cannot roll back: remembers what the event says, and not that it is handled.
   * @throws EventIdReused when another one came under its id
   */
  async begin(tx: SqlTransaction, event: Event): Promise<void> {
    const begun = await tx.$executeRawUnsafe(BEGIN_IN_INBOX, this.#consumer, event.id, contentHash(event));
    if (begun === 0) await this.#compare(tx, event);
  }

  /**
   * Remembers that an event was handled whose effect has a natural key, so that catching up from the event log leaves it out. It decides
   * nothing: when the event comes again, the natural key does.
   */
  async note(tx: Pick<SqlTransaction, '$executeRawUnsafe'>, event: Event): Promise<void> {
    await tx.$executeRawUnsafe(CLAIM_IN_INBOX, this.#consumer, event.id, contentHash(event));
  }

  async #compare(tx: SqlTransaction, event: Event): Promise<void> {
    const rows = await tx.$queryRawUnsafe<{ hash: string | null }[]>(CONTENT_IN_INBOX, this.#consumer, event.id);
    const first = rows[0]?.hash ?? undefined;
    if (first === undefined || first === contentHash(event)) return;
    throw new EventIdReused(`another fact than this ${event.type} came first under the id ${event.id}`);
  }
}
