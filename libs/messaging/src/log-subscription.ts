import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { Disconnected } from './errors.ts';
import { EVENT_LOG } from './names.ts';
import { ReadingChannel } from './reading-channel.ts';

/** The offset of a record, the oldest record there is, or what the broker took at a time: to the second, and from somewhat before it. */
export type LogPosition = number | 'first' | Date;

/** One subscription to the event log. What has arrived is taken in batches; the broker sends more as batches are acknowledged. */
export class LogSubscription {
  #channel: ReadingChannel | undefined;
  #arrived: ConsumeMessage[] = [];
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor() {}

  /** @throws what the broker says when there is no log, or this login may not read it. */
  static async open(connection: ChannelModel, from: LogPosition, prefetch: number): Promise<LogSubscription> {
    const subscription = new LogSubscription();
    const channel = await ReadingChannel.open(connection, EVENT_LOG, prefetch, () => subscription.#end());
    subscription.#channel = channel;
    const args = { 'x-stream-offset': from instanceof Date ? wholeSeconds(from) : from };
    await channel.subscribe((message) => subscription.#arrive(message), args);
    return subscription;
  }

  /**
   * Waits until something has arrived. @returns at most `max` messages in log order; none when `signal` is aborted.
   * @throws Disconnected when the subscription has ended: what had arrived is still in the log.
   */
  async take(max: number, signal: AbortSignal): Promise<ConsumeMessage[]> {
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake);
    while (this.#arrived.length === 0 && !this.#ended && !signal.aborted) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    signal.removeEventListener('abort', wake);
    if (signal.aborted) return [];
    if (this.#ended) throw new Disconnected('the broker ended the subscription to the event log');
    return this.#arrived.splice(0, max);
  }

  /** The last batch is done with. */
  ack(batch: ConsumeMessage[]): void {
    const last = batch.at(-1);
    if (last) this.#channel?.ackUpTo(last);
  }

  async close(): Promise<void> {
    await this.#channel?.cancel();
    await this.#channel?.close();
  }

  #arrive(message: ConsumeMessage): void {
    this.#arrived.push(message);
    this.#wake();
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }
}

// The way amqplib is told the type: https://amqp-node.github.io/amqplib/channel_api.html
const wholeSeconds = (date: Date) => ({ '!': 'timestamp', value: Math.floor(date.getTime() / 1000) });
