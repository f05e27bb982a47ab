import { logger } from '@tributary/telemetry';
import { connect, drop, rest, type Connection } from './connection.ts';
import { NOTIFY } from './relay-sql.ts';

const log = logger('outbox.nudge');
const EVERY_MS = 15;
const RETRY_AFTER_MS = 1_000;

/**
 * Tells the relay that rows wait: at once, then at most every 15 ms however many ask. On a connection of its own, because NOTIFY inside
 * the business transaction serialises the commits of the whole database (3.6–4.7 times slower with 16 clients). When it fails, nothing
 * but time is lost: the relay polls.
 */
export class Nudge {
  readonly #url: string;
  readonly #closing = new AbortController();
  #connection: Connection | undefined;
  #asked = false;
  #busy = false;

  constructor({ databaseUrl }: { databaseUrl: string }) {
    this.#url = databaseUrl;
  }

  /** Returns at once and never throws. */
  send(): void {
    this.#asked = true;
    if (!this.#busy) void this.#notifyWhileAsked();
  }

  close(): void {
    this.#closing.abort();
    drop(this.#connection);
  }

  async #notifyWhileAsked(): Promise<void> {
    this.#busy = true;
    while (this.#asked && !this.#closing.signal.aborted) {
      this.#asked = false;
      const told = await this.#notify();
      await rest(told ? EVERY_MS : RETRY_AFTER_MS, this.#closing.signal);
    }
    this.#busy = false;
    if (this.#closing.signal.aborted) drop(this.#connection); // it was still connecting when it was closed
  }

  async #notify(): Promise<boolean> {
    try {
      this.#connection ??= await connect(this.#url, 'nudge');
      await this.#connection.query(NOTIFY);
      return true;
    } catch (error) {
      if (!this.#closing.signal.aborted) log.warn({ err: error }, 'could not wake the relay, it will poll');
      drop(this.#connection);
      this.#connection = undefined;
      return false;
    }
  }
}
