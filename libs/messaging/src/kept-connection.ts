import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@tributary/telemetry';
import type { ChannelModel } from 'amqplib';
import { reconnectDelay } from './backoff.ts';
import { connectToBroker } from './connect.ts';
import { Disconnected } from './errors.ts';
import { destroySocket } from './socket.ts';
import { within } from './within.ts';

const CLOSE_TIMEOUT_MS = 2_000;
/** A connection that lasted this long was good: the next trouble is new and starts from the shortest delay. */
const STEADY_MS = 5_000;
const log = logger('messaging');

export interface ConnectionOptions {
  /** `amqp://` or `amqps://` with login and vhost. `?heartbeat=<seconds>`, 5 without: a broker silent for two of them is given up. */
  url: string;
  /** Shown by the broker beside the connection. */
  name: string;
}

export interface ConnectionHooks {
  /** Makes the channels of a new connection. When it fails the connection is closed and made again. */
  onConnect(connection: ChannelModel): Promise<void>;
  onLost?(error: Error): void;
}

/** For the readiness answer: why there is none is in the log. */
export const NO_BROKER = 'no connection to the broker';
export const blockedBy = (alarm: string) => `the broker is blocking publishers: ${alarm}`;

/** A connection that comes back: it is tried again for as long as it takes, and nothing but `close` ends it. */
export class KeptConnection {
  #connection: ChannelModel | undefined;
  #problem = 'not connected yet';
  #alarm: string | undefined;
  #attempts = 0;
  readonly #closing = new AbortController();
  readonly #options: ConnectionOptions;
  readonly #hooks: ConnectionHooks;

  constructor(options: ConnectionOptions, hooks: ConnectionHooks) {
    this.#options = options;
    this.#hooks = hooks;
  }

  get current(): ChannelModel | undefined {
    return this.#connection;
  }

  /** Why there is no connection, in words that may name host and login: for logs and errors, not for outsiders. */
  get problem(): string | undefined {
    return this.#connection ? undefined : this.#problem;
  }

  /** The broker has stopped reading from us because of this, such as 'memory alarm'. */
  get alarm(): string | undefined {
    return this.#alarm;
  }

  /** Resolves when the first attempt is over, either way; it goes on by itself. */
  open(): Promise<void> {
    return this.#attempt();
  }

  /** Gives this connection up and makes another: for when its channels are beyond repair. */
  drop(connection: ChannelModel): void {
    void dispose(connection);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#connection) await dispose(this.#connection);
    this.#connection = undefined;
    this.#problem = 'closed';
  }

  async #attempt(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    let connection: ChannelModel | undefined;
    try {
      connection = await connectToBroker(withHeartbeat(this.#options.url), this.#options.name);
      const lost = this.#watch(connection);
      if (!this.#closing.signal.aborted) {
        await Promise.race([this.#hooks.onConnect(connection), lost.then((error) => Promise.reject(error))]);
      }
      // Closed meanwhile: nobody else knows this connection.
      if (this.#closing.signal.aborted) return void (await dispose(connection));
      this.#connection = connection;
      const since = Date.now();
      log.info({ connection: this.#options.name }, 'connected to the broker');
      void lost.then((error) => this.#lost(error, since));
    } catch (error) {
      if (connection) await dispose(connection);
      this.#tryAgain(error as Error);
    }
  }

  /** Resolves with the reason when the connection has ended. Must be called before anything can go wrong on it. */
  #watch(connection: ChannelModel): Promise<Error> {
    this.#alarm = undefined;
    let error = new Disconnected('the connection was closed');
    connection.on('error', (cause: Error) => (error = new Disconnected(cause.message, { cause })));
    connection.on('blocked', (reason: string) => {
      this.#alarm = alarmIn(reason);
      log.warn({ connection: this.#options.name, reason }, blockedBy(this.#alarm));
    });
    connection.on('unblocked', () => {
      this.#alarm = undefined;
      log.info({ connection: this.#options.name }, 'the broker takes messages again');
    });
    return new Promise((resolve) => connection.once('close', () => resolve(error)));
  }

  #lost(error: Error, since: number): void {
    if (this.#connection) destroySocket(this.#connection);
    this.#connection = undefined;
    this.#alarm = undefined;
    if (Date.now() - since > STEADY_MS) this.#attempts = 0;
    this.#hooks.onLost?.(error);
    this.#tryAgain(error);
  }

  #tryAgain(error: Error): void {
    if (this.#closing.signal.aborted) return;
    this.#problem = error.message || error.name;
    const delayMs = reconnectDelay(++this.#attempts);
    log.warn({ connection: this.#options.name, err: error, delayMs }, 'no connection to the broker, trying again');
    void delay(delayMs, undefined, { signal: this.#closing.signal }).then(
      () => this.#attempt(),
      () => undefined,
    );
  }
}

/** RabbitMQ says "low on memory", "low on disk", or both. */
function alarmIn(reason: string): string {
  const short = ['memory', 'disk'].filter((resource) => reason.includes(resource));
  return `${short.join(' and ') || 'resource'} alarm`;
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', '5');
  return parsed.href;
}

/** Closes politely, but never waits for a broker that has stopped answering. */
export async function dispose(connection: ChannelModel): Promise<void> {
  // It may be closing already, which is an error to amqplib and fine here.
  await within(
    CLOSE_TIMEOUT_MS,
    connection.close().catch(() => undefined),
  );
  destroySocket(connection);
}
