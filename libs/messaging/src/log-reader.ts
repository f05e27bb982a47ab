import { setTimeout as delay } from 'node:timers/promises';
import { countDelivery, logger } from '@tributary/telemetry';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { reconnectDelay } from './backoff.ts';
import { inBatchSpans } from './batch-spans.ts';
import { type ConnectionOptions, KeptConnection, NO_BROKER } from './kept-connection.ts';
import { type LogRecord, offsetOf, readRecord, tryRecord } from './log-record.ts';
import { LogSubscription } from './log-subscription.ts';
import { EVENT_LOG } from './names.ts';
import { refusal } from './own-channel.ts';
import { Unreadable } from './read-event.ts';
import { within } from './within.ts';

const log = logger('messaging');
/** Long enough for the broker to find the record we have seen last, which is sent again and dropped. */
const SILENCE_MS = 5_000;

export interface LogReaderOptions extends ConnectionOptions {
  /**
   * Records handed over at once, at most; the broker sends twice as many before the first are done with, and 3.10 somewhat more. Default 100: of the
   * outbox's largest events 200 are 200 MiB, and a bound in bytes AMQP does not have. With one commit a batch 16,600 to 18,600 records a second were
   * read from 4.3 in batches of 100, 24,000 in batches of 500, 11,500 to 13,500 in batches of 50.
   */
  batchSize?: number;
}

export interface LogReading {
  /**
   * Where to begin. Asked at the start and whenever reading starts over, so it has to be what was committed last. What the log no longer
   * has is left out without a word: the first record's offset tells. When `lastId` is not in front of `next` this is another log than
   * was read, made anew, and is read from its first record.
   */
  position: () => Promise<LogPlace | 'first'>;
  /**
   * Called with one batch at a time, in log order. A fact may come twice, at two offsets: drop repeats by the event's id. When it fails
   * everything from `position()` is read again, for as long as it takes: it must not fail because of what a record says.
   */
  handle: (batch: LogRecord[]) => Promise<void>;
  /** Ends the reading. A batch that is being handled is waited for. */
  signal: AbortSignal;
}

export interface LogPlace {
  /** The offset to begin with. */
  next: number;
  /** The id of the event one offset before it, where it is known. */
  lastId?: string;
}

/** Reads the event log from a position that its user keeps. Needs the right to read `events.log`. */
export class LogReader {
  readonly #options: Required<LogReaderOptions>;
  readonly #connection: KeptConnection;
  #connected = Promise.withResolvers<ChannelModel>();
  /** Why nothing is read; why what was read is not handled. */
  #unread: string | undefined = 'not started';
  #unhandled: string | undefined;
  #isAnother = false;

  constructor({ batchSize = 100, ...options }: LogReaderOptions) {
    this.#options = { ...options, batchSize };
    this.#connection = new KeptConnection(options, {
      onConnect: async (connection) => this.#connected.resolve(connection),
      onLost: () => (this.#connected = Promise.withResolvers()),
    });
  }

  /** Reads until `signal` is aborted, whatever happens meanwhile: a broker or a log that is away is tried again. Call it once. */
  async run(reading: LogReading): Promise<void> {
    const { signal } = reading;
    if (signal.aborted) return;
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.#connection.open(), aborted]);
    for (let failures = 0; !signal.aborted;) {
      const connection = await Promise.race([this.#connected.promise, aborted]);
      if (!connection) break;
      try {
        await this.#read(connection, reading, () => (failures = 0));
      } catch (err) {
        const delayMs = reconnectDelay(++failures);
        log.warn({ err, delayMs }, 'the event log is not being read, trying again');
        await delay(delayMs, undefined, { signal }).catch(() => undefined);
      }
    }
    this.#unread = 'stopped';
    await this.#connection.close();
  }

  /** `problems` is empty while the log is read and handled. */
  health(): { problems: string[] } {
    const { problem } = this.#connection;
    const problems = [problem ? NO_BROKER : this.#unread, this.#unhandled];
    return { problems: problems.filter((it) => it !== undefined) };
  }

  async #read(connection: ChannelModel, { position, handle, signal }: LogReading, onBatch: () => void): Promise<void> {
    const place = this.#isAnother ? 'first' : await this.#positionBy(position);
    const from = place === 'first' ? place : place.next;
    const subscription = await this.#subscribe(connection, from);
    const silence = setTimeout(() => {
      this.#unread = `the event log ends before offset ${from}: it is not the one that was read up to there`;
    }, SILENCE_MS);
    if (from === 'first' || from === 0) clearTimeout(silence);
    try {
      for (;;) {
        const messages = await subscription.take(this.#options.batchSize, signal);
        if (messages.length === 0) return;
        clearTimeout(silence);
        this.#unread = undefined;
        if (place !== 'first' && isAnotherLog(messages[0], place)) {
          this.#isAnother = true;
          return log.warn(
            { offset: from },
            'the event log is another one than was read: reading it from its first record',
          );
        }
        const records = recordsOf(messages, from === 'first' ? 0 : from);
        if (records.length > 0) await this.#handle(records, handle);
        this.#isAnother = false;
        subscription.ack(messages);
        onBatch();
      }
    } finally {
      clearTimeout(silence);
      await within(2_000, subscription.close());
    }
  }

  /**
   * From one record earlier than asked: it comes if the log is as long as what was read, and is the one that was read last. A log that
   * was made anew gives itself away by the one until it has grown as long, and then by the other.
   */
  async #subscribe(connection: ChannelModel, from: number | 'first'): Promise<LogSubscription> {
    const start = from === 'first' ? from : Math.max(from - 1, 0);
    try {
      // Two batches: with one on its way, the network's first split of it (3 and 97, 42 and 58) split every batch after it, because the broker replaced
      // only what was acknowledged. With two, a projection that is behind took 1.2 to 1.7 times as many records a second on 3.10, and 1.4 to 1.6 times on 4.3.
      const subscription = await LogSubscription.open(connection, start, 2 * this.#options.batchSize);
      this.#unread = undefined;
      return subscription;
    } catch (error) {
      this.#unread = refusal(`queue ${EVENT_LOG}`, error).problem;
      throw error;
    }
  }

  // Neither quotes the error, which is logged: it is the user's own, and health is public.
  async #positionBy(position: LogReading['position']): Promise<LogPlace | 'first'> {
    try {
      return await position();
    } catch (error) {
      this.#unread = 'where to read on in the event log is not known';
      throw error;
    }
  }

  async #handle(records: LogRecord[], handle: LogReading['handle']): Promise<void> {
    try {
      await inBatchSpans(records, () => handle(records));
      this.#unhandled = undefined;
    } catch (error) {
      this.#unhandled = `what the event log has from offset ${records[0]?.offset} on cannot be handled`;
      throw error;
    }
  }
}

function isAnotherLog(earliest: ConsumeMessage | undefined, { next, lastId }: LogPlace): boolean {
  return (
    lastId !== undefined &&
    earliest !== undefined &&
    offsetOf(earliest) === next - 1 &&
    tryRecord(earliest)?.event.id !== lastId
  );
}

function recordsOf(messages: ConsumeMessage[], from: number): LogRecord[] {
  return messages.flatMap((message) => {
    const offset = offsetOf(message);
    if (offset < from) return [];
    try {
      return [readRecord(message)];
    } catch (err) {
      log.warn({ offset, err }, 'a message in the event log is no fact and is skipped');
      countDelivery(EVENT_LOG, 'dead', err instanceof Unreadable ? err.reason : 'invalid-event');
      return [];
    }
  });
}
