import { type Channel, type ChannelModel, type ConsumeMessage, IllegalOperationError } from 'amqplib';
import { writesInBatches } from './socket.ts';

/**
 * One channel that reads one queue. Deliveries are answered on the channel they came on and only while it lives: a late ack
 * on a new channel would answer another message, or close the channel.
 */
export class ReadingChannel {
  #channel: Channel | undefined;
  #consumerTag: string | undefined;
  readonly #queue: string;
  readonly #onEnd: () => void;
  readonly #batchWrites: () => void;

  private constructor(connection: ChannelModel, channel: Channel, queue: string, onEnd: () => void) {
    this.#channel = channel;
    this.#batchWrites = writesInBatches(connection);
    this.#queue = queue;
    this.#onEnd = onEnd;
    channel.on('error', () => undefined); // 'close' follows
    channel.on('close', () => {
      this.#channel = undefined;
      onEnd();
    });
  }

  /** @param onEnd the queue is no longer read: the channel is closed, or the broker ended the subscription (a deleted queue). */
  static async open(connection: ChannelModel, queue: string, prefetch: number, onEnd: () => void) {
    const channel = await connection.createChannel();
    const reading = new ReadingChannel(connection, channel, queue, onEnd);
    await channel.prefetch(prefetch);
    return reading;
  }

  get open(): boolean {
    return this.#channel !== undefined;
  }

  get subscribed(): boolean {
    return this.open && this.#consumerTag !== undefined;
  }

  async subscribe(onMessage: (message: ConsumeMessage) => void, args: object = {}): Promise<void> {
    let cancelled = false;
    const take = (message: ConsumeMessage | null) => {
      if (message) return onMessage(message);
      cancelled = true;
      this.#consumerTag = undefined;
      this.#onEnd();
    };
    const reply = await this.#channel?.consume(this.#queue, take, { arguments: args });
    // The end may arrive in one piece with the answer, and is handled before it: we would believe to be reading for ever.
    if (!cancelled) this.#consumerTag = reply?.consumerTag;
  }

  /** No new deliveries after this; the ones that are out can still be answered. */
  async cancel(): Promise<void> {
    // Fails when the channel is lost meanwhile, and then nothing comes either.
    if (this.#consumerTag !== undefined) await this.#channel?.cancel(this.#consumerTag).catch(() => undefined);
    this.#consumerTag = undefined;
  }

  ack(message: ConsumeMessage): void {
    this.#answer((channel) => channel.ack(message));
  }

  /** This one and all before it that are not answered. */
  ackUpTo(message: ConsumeMessage): void {
    this.#answer((channel) => channel.ack(message, true));
  }

  requeue(message: ConsumeMessage): void {
    this.#answer((channel) => channel.nack(message, false, true));
  }

  // With the channel gone, or its connection closing, the broker has taken the message back by itself.
  #answer(send: (channel: Channel) => void): void {
    if (!this.#channel) return;
    try {
      send(this.#channel);
      this.#batchWrites();
    } catch (error) {
      if (!(error instanceof IllegalOperationError)) throw error;
    }
  }

  /**
   * The question the broker must answer before the channel is closed makes sure that it has taken the acks before it:
   * without it, closing right after acks had up to all of them delivered again.
   */
  async close(): Promise<void> {
    await this.#channel?.checkQueue(this.#queue);
    const channel = this.#channel;
    this.#channel = undefined;
    await channel?.close();
  }
}
