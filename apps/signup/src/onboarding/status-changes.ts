import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { beginSession, sessionUrl } from '@tributary/service-defaults';
import { logger } from '@tributary/telemetry';
import pg from 'pg';
import { CONFIG, type Config } from '../config.ts';

const CHANNEL = 'onboarding_status';
/** At most one notification, and one look, in this time: a burst of facts costs as much as one. */
const THROTTLE_MS = 50;
/** A notification is a hint that can be lost; looking again is what makes it certain. */
const LOOK_AGAIN_MS = { listening: 5_000, deaf: 500 };
const RECONNECT_MS = 1_000;
/** For the server to answer: on a half-open connection it never does. */
const ANSWER_MS = 2_000;

/**
 * Tells every replica that some status changed, whichever replica heard the fact. NOTIFY goes out after the commit on a connection of its
 * own: inside the transaction it would serialise all commits. While that connection is down every replica looks by itself more often.
 */
@Injectable()
export class StatusChanges implements OnModuleInit, OnApplicationShutdown {
  private readonly log = logger('status-changes');
  private look: () => Promise<void> = async () => {};
  private connection: pg.Client | undefined;
  private changed = false;
  private looking = false;
  private announcing: NodeJS.Timeout | undefined;
  private next: NodeJS.Timeout | undefined;
  private reconnect: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'DATABASE_URL' | 'SESSION_DATABASE_URL'>) {}

  onModuleInit(): void {
    void this.listen();
    this.lookLater();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    for (const timer of [this.announcing, this.next, this.reconnect]) clearTimeout(timer);
    if (this.connection) await leave(this.connection);
  }

  /** @param look must not reject; it is never called while it runs, so that an older answer cannot overtake a newer one */
  onChange(look: () => Promise<void>): void {
    this.look = look;
  }

  /** Something changed here: call it after the commit. Returns at once and never throws. */
  announce(): void {
    this.announcing ??= setTimeout(() => {
      this.announcing = undefined;
      const client = this.connection;
      if (!client) return this.check();
      client.query(`NOTIFY ${CHANNEL}`).catch((err: unknown) => {
        this.log.warn({ err }, 'the other replicas were not told, they will look by themselves');
        this.check();
        client.connection.stream.destroy(); // it may be half-open: then nobody notifies us on it either
      });
    }, THROTTLE_MS);
  }

  /** Something may have changed: look, soon. */
  check(): void {
    this.changed = true;
    if (!this.looking && !this.closed) void this.lookWhileChanged();
  }

  private async lookWhileChanged(): Promise<void> {
    this.looking = true;
    while (this.changed && !this.closed) {
      await delay(THROTTLE_MS);
      this.changed = false;
      await this.look();
    }
    this.looking = false;
    this.lookLater();
  }

  private lookLater(): void {
    clearTimeout(this.next);
    if (this.closed) return;
    this.next = setTimeout(() => this.check(), this.connection ? LOOK_AGAIN_MS.listening : LOOK_AGAIN_MS.deaf);
  }

  private async listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: sessionUrl(this.config),
      application_name: 'signup status changes',
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
    });
    client.on('error', (err) => this.log.warn({ err }, 'no notifications until the database is back'));
    client.once('end', () => this.deaf());
    client.on('notification', () => this.check());
    try {
      await client.connect();
      await client.query(`${beginSession()}; LISTEN ${CHANNEL}`);
      this.connection = client;
      if (this.closed) await leave(client);
      this.check();
    } catch {
      await leave(client);
      this.deaf();
    }
  }

  private deaf(): void {
    this.connection = undefined;
    if (this.closed) return;
    clearTimeout(this.reconnect);
    this.reconnect = setTimeout(() => void this.listen(), RECONNECT_MS);
    this.lookLater();
  }
}

/** Never waits long for a server that does not answer any more. */
async function leave(client: pg.Client): Promise<void> {
  await Promise.race([client.end(), delay(ANSWER_MS, undefined, { ref: false })]);
  client.connection.stream.destroy();
}
