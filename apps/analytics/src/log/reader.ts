import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LogReader } from '@tributary/messaging';
import { sessionUrl } from '@tributary/service-defaults';
import { logger } from '@tributary/telemetry';
import { CONFIG, type Config } from '../config.ts';
import { Projection } from '../projections/projection.ts';
import { type ReaderSession, tryToRead } from './reader-lock.ts';

const log = logger('reader');
/** How long nobody reads when the one who did is gone. */
const STAND_BY_MS = 1_000;
/** For the batch at hand when the process stops; what takes longer is rolled back, and read again by whoever is next. */
const LAST_BATCH_MS = 2_000;

/** Reads the log into the projections while it has the lock, and stands by while another process has it. */
@Injectable()
export class Reader implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #reading: LogReader | undefined;
  #problem: string | undefined = 'not started';

  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'AMQP_URL' | 'DATABASE_URL' | 'SESSION_DATABASE_URL'>,
  ) {}

  onApplicationBootstrap(): void {
    this.#running ??= this.#run();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await Promise.race([this.#running, delay(LAST_BATCH_MS, undefined, { ref: false })]);
  }

  get role(): 'active' | 'standby' {
    return this.#reading ? 'active' : 'standby';
  }

  /** A process that stands by is as ready as one that reads: both answer from the same tables. */
  health(): { problems: string[]; warnings: string[] } {
    if (this.#problem) return { problems: [this.#problem], warnings: [] };
    if (this.#reading) return { ...this.#reading.health(), warnings: [] };
    return { problems: [], warnings: ['standing by: another process reads the event log'] };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await using session = await tryToRead(sessionUrl(this.config));
        this.#problem = undefined;
        if (session) await this.#read(session);
      } catch (err) {
        this.#problem = 'the reader has no connection to the database';
        log.warn({ err }, 'cannot read at the moment, trying again');
      }
      await delay(STAND_BY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #read({ client, over }: ReaderSession): Promise<void> {
    const projection = new Projection(client);
    const reading = new LogReader({ url: this.config.AMQP_URL, name: 'analytics log' });
    this.#reading = reading;
    log.info('reading the event log');
    try {
      await reading.run({
        position: () => projection.position(),
        handle: (batch) => projection.apply(batch),
        signal: AbortSignal.any([this.#stopping.signal, over]),
      });
    } finally {
      this.#reading = undefined;
      log.info('no longer reading the event log');
    }
  }
}
