import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { logger } from '@tributary/telemetry';
import pg from 'pg';
import { CONFIG, type Config } from '../config.ts';

const CHANNEL = 'onboarding_status';
/** At most one notification, and one look, in this time: a burst of facts costs as much as one. */
const THROTTLE_MS = 50;
/** A notification is a hint that can be lost; looking again is what makes it certain. */
const LOOK_AGAIN_MS = { listening: 5_000, deaf: 500 };
const RECONNECT_MS = 1_000;

/**
 * Tells every replica that some status changed, whichever replica heard the fact. NOTIFY goes out after the commit on a connection of its
 * own: inside the transaction it would serialise all commits. While that connection is down every replica looks by itself more often.
 */
@Injectable()
export class StatusChanges implements OnModuleInit, OnApplicationShutdown {
  readonly #log = logger('status-changes');
  readonly #url: string;
  #look: () => Promise<void> = async () => {};
  #connection: pg.Client | undefined;
  #announcing: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #next: NodeJS.Timeout | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(@Inject(CONFIG) config: Config) {
    this.#url = config.DATABASE_URL;
  }

  onModuleInit(): void {
    void this.#listen();
    this.#lookLater();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#closed = true;
    for (const timer of [this.#announcing, this.#looking, this.#next, this.#reconnect]) clearTimeout(timer);
    await this.#connection?.end();
  }

  /** @param look must not reject */
  onChange(look: () => Promise<void>): void {
    this.#look = look;
  }

  /** Something changed here: call it after the commit. Returns at once and never throws. */
  announce(): void {
    this.#announcing ??= setTimeout(() => {
      this.#announcing = undefined;
      if (!this.#connection) return this.check();
      this.#connection.query(`NOTIFY ${CHANNEL}`).catch((error: unknown) => {
        this.#log.warn({ err: error }, 'the other replicas were not told, they will look by themselves');
        this.check();
      });
    }, THROTTLE_MS);
  }

  /** Something may have changed: look, soon. */
  check(): void {
    if (this.#closed) return;
    this.#looking ??= setTimeout(() => {
      this.#looking = undefined;
      void this.#look().finally(() => this.#lookLater());
    }, THROTTLE_MS);
  }

  #lookLater(): void {
    clearTimeout(this.#next);
    if (this.#closed) return;
    this.#next = setTimeout(() => this.check(), this.#connection ? LOOK_AGAIN_MS.listening : LOOK_AGAIN_MS.deaf);
  }

  async #listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'signup status changes',
      connectionTimeoutMillis: 2_000,
      keepAlive: true,
    });
    client.on('error', (error) => this.#log.warn({ err: error }, 'no notifications until the database is back'));
    client.once('end', () => this.#deaf());
    client.on('notification', () => this.check());
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.#connection = client;
      if (this.#closed) await client.end();
      this.check();
    } catch {
      await client.end().catch(() => {});
      this.#deaf();
    }
  }

  #deaf(): void {
    this.#connection = undefined;
    if (this.#closed) return;
    clearTimeout(this.#reconnect);
    this.#reconnect = setTimeout(() => void this.#listen(), RECONNECT_MS);
    this.#lookLater();
  }
}
