import type { ChannelModel } from 'amqplib';
import { ConfirmingChannel, type ConfirmOptions, type Outgoing } from './confirming-channel.ts';
import { Disconnected } from './errors.ts';
import { type ConnectionOptions, KeptConnection } from './kept-connection.ts';
import { within } from './within.ts';

export type SenderOptions = ConnectionOptions & ConfirmOptions;

/** Shorter than the confirm timeout: whoever closes has given up what is unanswered, or keeps it elsewhere. */
const LAST_CONFIRMS_MS = 2_000;

/** A kept connection with one confirming channel on it: what publishes, for the relay and for failed deliveries alike. */
export class ConfirmingConnection {
  #channel: ConfirmingChannel | undefined;
  #closing = false;
  readonly #connection: KeptConnection;

  /** @param isReady asked of every new connection; when it throws, the connection is closed and made again */
  constructor(options: SenderOptions, isReady?: (connection: ChannelModel) => Promise<void>) {
    this.#connection = new KeptConnection(options, {
      onConnect: async (connection) => {
        await isReady?.(connection);
        const channel = await connection.createConfirmChannel();
        // A channel error leaves the connection open and useless.
        channel.on('close', () => {
          this.#channel = undefined;
          if (!this.#closing) this.#connection.drop(connection);
        });
        this.#channel = new ConfirmingChannel(channel, options);
      },
    });
  }

  /** Resolves when the first attempt is over, either way. */
  open(): Promise<void> {
    return this.#connection.open();
  }

  /** The broker takes nothing because of this, such as 'memory alarm'. */
  get alarm(): string | undefined {
    return this.#connection.alarm;
  }

  /** Why there is no connection, or undefined when there is one. */
  get problem(): string | undefined {
    return this.#connection.problem ?? (this.#channel ? undefined : 'its channel was closed');
  }

  /** Messages whose confirm did not come in time and may still come. */
  get overdue(): number {
    return this.#channel?.overdue ?? 0;
  }

  send(message: Outgoing): Promise<void> {
    const { problem } = this;
    if (problem || !this.#channel) return Promise.reject(new Disconnected(`no connection to the broker: ${problem}`));
    return this.#channel.send(message);
  }

  /** Waits for what is unconfirmed, at most 2 s, then closes. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#channel) await within(LAST_CONFIRMS_MS, this.#channel.idle());
    await this.#connection.close();
  }
}
