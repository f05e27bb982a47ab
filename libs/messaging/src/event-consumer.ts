import { Server } from '@nestjs/microservices';
import { logger } from '@tributary/telemetry';
import type { ChannelModel } from 'amqplib';
import { bindHandlers } from './bind-handlers.ts';
import { checkTopology } from './check-topology.ts';
import { ConfirmingConnection } from './confirming-connection.ts';
import { FailedDeliveries } from './failed-deliveries.ts';
import { type CrashMarks, Isolation } from './isolation.ts';
import { blockedBy, KeptConnection, NO_BROKER } from './kept-connection.ts';
import { EVENTS_TRANSPORT } from './on.ts';
import { type Refusal, refusal } from './own-channel.ts';
import type { QueueReader } from './queue-reader.ts';
import type { Topology } from './topology.ts';
import { within } from './within.ts';

const log = logger('messaging');
/** After the last handler, for the answers to arrive. */
const ANSWERS_MS = 2_000;

export interface EventConsumerOptions {
  /** `amqp://` or `amqps://` with login and vhost; see `ConnectionOptions`. */
  url: string;
  /** `topologyOf` the same handlers that Nest binds; a difference refuses to start. */
  topology: Topology;
  /** Unanswered deliveries per queue in this process, unless its `@On` says `concurrency`. Default 300. */
  prefetch?: number;
  /**
   * Between two looks at the queues; with a problem, at most 1,000. Every look binds them again, so a binding that was lost is lost
   * no longer than this. Milliseconds, default 30,000.
   */
  checkIntervalMs?: number;
  /**
   * How long `close` waits for running handlers. Milliseconds, default 6,000: the broker has the rest of this time and 2 s to take the answers,
   * and 2 s for its goodbye; a rolling restart allows 10 s.
   */
  drainTimeoutMs?: number;
  /** How long a message is held when the broker takes it neither in a tier nor among the dead. Milliseconds, default 5,000. */
  pauseMs?: number;
  /** In the service's own database. Without them a message that ends the process takes its neighbours along, to the delivery limit. */
  crashMarks?: CrashMarks;
}

export interface ConsumerHealth {
  connected: boolean;
  /** Every queue is being read. */
  consuming: boolean;
  /** The broker has an alarm: failed messages cannot move on. */
  blocked: boolean;
  /** What a person should know, a sentence each, in fixed words that outsiders may read; empty when all is well. */
  problems: string[];
}

/** Nest's transport for `@On` handlers: `NestFactory.createMicroservice(AppModule, { strategy: new EventConsumer(…) })`. */
export class EventConsumer extends Server<Record<never, never>, 'connected' | 'disconnected'> {
  override readonly transportId = EVENTS_TRANSPORT;
  // Otherwise Nest logs what a handler throws, before the delivery policy does.
  override readonly propagatesEventHandlerErrors = true;
  readonly #options: EventConsumerOptions;
  readonly #connection: KeptConnection;
  readonly #sender: ConfirmingConnection;
  readonly #isolation: Isolation;
  #readers: QueueReader[] = [];
  #missing: Refusal[] = [];
  #nextCheck: NodeJS.Timeout | undefined;
  #checked: ChannelModel | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: EventConsumerOptions) {
    super();
    this.#options = options;
    const { url, topology, crashMarks } = options;
    this.#isolation = new Isolation(crashMarks);
    // Never publish on the connection that reads: a broker that blocks publishers would stop the acks as well.
    this.#sender = new ConfirmingConnection({ url, name: `${topology.service} failures` });
    this.#connection = new KeptConnection(
      { url, name: `${topology.service} consumer` },
      { onConnect: (connection) => this.#connected(connection), onLost: () => this._status$.next('disconnected') },
    );
  }

  /** Starts reading. A broker that is away does not fail it: `health` says so, and reading starts when it is back. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      const { topology, prefetch = 300, pauseMs = 5_000 } = this.#options;
      const failures = new FailedDeliveries(topology.service, topology.retryDelaysMs, this.#sender);
      const onEnd = () => this.#checkIn(100);
      const shared = { failures, isolation: this.#isolation, prefetch, pauseMs, onEnd };
      this.#readers = bindHandlers(this.messageHandlers, topology, shared);
      await Promise.all([this.#connection.open(), this.#sender.open()]);
      callback();
    } catch (error) {
      callback(error);
    }
  }

  health(): ConsumerHealth {
    const { problem } = this.#connection;
    const { problem: sending, alarm } = this.#sender;
    const problems = problem ? [NO_BROKER] : this.#missing.map(({ problem }) => problem);
    if (!problem && sending) problems.push('no connection for failed messages');
    if (alarm) problems.push(blockedBy(alarm));
    const consuming = !problem && this.#readers.every((reader) => reader.consuming);
    return { connected: !problem && !sending, consuming, blocked: alarm !== undefined, problems };
  }

  /** Takes no more messages, lets running handlers finish, and answers the broker before leaving it. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  override on(): void {
    throw new Error('EventConsumer emits no events: ask health()');
  }

  override unwrap<T>(): T {
    return this.#connection.current as T;
  }

  async #connected(connection: ChannelModel): Promise<void> {
    await this.#check(connection);
    this._status$.next('connected');
  }

  #checkIn(delayMs: number): void {
    if (this.#closed) return;
    clearTimeout(this.#nextCheck);
    this.#nextCheck = setTimeout(() => {
      const { current } = this.#connection;
      // Whatever goes wrong here is either a lost connection, which starts over, or worth another look.
      if (current) void this.#check(current).catch((err) => this.#checkFailed(err));
    }, delayMs).unref();
  }

  #checkFailed(err: unknown): void {
    log.warn({ err }, 'could not look at the queues');
    this.#checkIn(1_000);
  }

  async #check(connection: ChannelModel): Promise<void> {
    // A look at a connection that was lost meanwhile does not stand in the way of its successor.
    if (this.#checked === connection) return this.#checkIn(100);
    this.#checked = connection;
    try {
      const { topology, checkIntervalMs = 30_000 } = this.#options;
      const { problems, hasQueue } = await checkTopology(connection, topology);
      const readable = this.#readers.filter(({ queue }) => hasQueue(queue));
      const start = (reader: QueueReader) =>
        reader.start(connection).catch((error) => problems.push(refusal(`queue ${reader.queue}`, error)));
      await Promise.all(readable.map(start));
      const details = problems.map(({ detail }) => detail);
      if (details.join() !== this.#missing.map(({ detail }) => detail).join())
        log.warn(
          { problems: details },
          problems.length ? 'the topology is incomplete' : 'the topology is complete again',
        );
      this.#missing = problems;
      // A queue that stopped being read while we looked is not among the problems.
      const well = problems.length === 0 && this.#readers.every((reader) => reader.consuming);
      this.#checkIn(well ? checkIntervalMs : Math.min(1_000, checkIntervalMs));
    } finally {
      if (this.#checked === connection) this.#checked = undefined;
    }
  }

  async #close(): Promise<void> {
    clearTimeout(this.#nextCheck);
    this.#isolation.stop();
    const { drainTimeoutMs = 6_000 } = this.#options;
    const deadline = performance.now() + drainTimeoutMs + ANSWERS_MS;
    // Settled, not all: one queue's trouble must not cut short what the others still have to answer.
    const each = (work: (reader: QueueReader) => Promise<void>) => Promise.allSettled(this.#readers.map(work));
    await within(
      drainTimeoutMs,
      each((reader) => reader.drain()),
    );
    for (const reader of this.#readers) reader.abandon(new Error('the process is shutting down'));
    // Most of the time there is much left, and a broker under load needs it: what it has not taken is delivered again.
    const left = deadline - performance.now();
    const answered = within(left, Promise.all([each((reader) => reader.close()), this.#isolation.forgive()]));
    await Promise.all([answered.then(() => this.#connection.close()), this.#sender.close()]);
  }
}
