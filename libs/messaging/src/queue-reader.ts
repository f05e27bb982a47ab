import { setTimeout as delay } from 'node:timers/promises';
import type { MessageHandler } from '@nestjs/microservices';
import { context } from '@opentelemetry/api';
import { contextFrom, countDelivery, inEventScope, logger, withProcessSpan } from '@tributary/telemetry';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { isObservable, lastValueFrom } from 'rxjs';
import { Brake } from './brake.ts';
import { Deadlines } from './deadlines.ts';
import { Delivery } from './delivery.ts';
import { HandlerTimeout, NotBegun } from './errors.ts';
import type { FailedDeliveries } from './failed-deliveries.ts';
import type { Isolation } from './isolation.ts';
import type { Subscription } from './on.ts';
import { readEvent } from './read-event.ts';
import { ReadingChannel } from './reading-channel.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const log = logger('messaging');

export interface QueueReaderOptions {
  queue: string;
  subscription: Subscription;
  /** What Nest made of the method, with everything around it. */
  handler: MessageHandler;
  failures: FailedDeliveries;
  /** Shared by all queues: one process is what a message can end. */
  isolation: Isolation;
  prefetch: number;
  /** How long a message is held back when it could be moved neither to a tier nor to the dead. */
  pauseMs: number;
  /** The queue is no longer read; called once per loss. */
  onEnd(): void;
}

/** Reads one queue: each message through its handler, then exactly one answer to the broker. */
export class QueueReader {
  readonly #options: QueueReaderOptions;
  readonly #deadlines: Deadlines<Delivery>;
  readonly #brake = new Brake();
  readonly #running = new Set<Delivery>();
  readonly #stopping = new AbortController();
  #channel: ReadingChannel | undefined;
  #idle: (() => void) | undefined;

  constructor(options: QueueReaderOptions) {
    this.#options = options;
    const { handler, timeoutMs = DEFAULT_TIMEOUT_MS } = options.subscription;
    this.#deadlines = new Deadlines(timeoutMs, (delivery) => {
      const late = new HandlerTimeout(`${handler} took longer than ${timeoutMs} ms`);
      delivery.abort(late);
      return late;
    });
  }

  get queue(): string {
    return this.#options.queue;
  }

  get consuming(): boolean {
    return this.#channel?.subscribed ?? false;
  }

  /** Reads the queue if it does not already. After a cancel the channel is kept: what came on it is answered on it. */
  async start(connection: ChannelModel): Promise<void> {
    if (this.consuming || this.#stopping.signal.aborted) return;
    const { queue, subscription, prefetch, onEnd } = this.#options;
    if (!this.#channel?.open) {
      this.#channel = await ReadingChannel.open(connection, queue, subscription.concurrency ?? prefetch, onEnd);
    }
    const channel = this.#channel;
    await channel.subscribe((message) => void this.#take(channel, message));
    // Drained while the broker was asked.
    if (this.#stopping.signal.aborted) await channel.cancel();
  }

  /** Takes no more, and resolves when the handlers that run are done and answered. */
  async drain(): Promise<void> {
    this.#stopping.abort();
    await this.#channel?.cancel();
    if (this.#running.size > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  /** Tells the handlers that still run that nobody waits for them; the broker hands their messages out again. */
  abandon(reason: Error): void {
    for (const delivery of this.#running) delivery.abort(reason);
  }

  async close(): Promise<void> {
    await this.#channel?.close();
  }

  async #take(channel: ReadingChannel, message: ConsumeMessage): Promise<void> {
    const delivery = new Delivery([message, this.queue]);
    this.#running.add(delivery);
    try {
      await this.#process(channel, message, delivery);
      channel.ack(message);
      this.#brake.release();
      countDelivery(this.queue, 'done');
    } catch (error) {
      await this.#fail(channel, message, delivery, error);
    } finally {
      this.#running.delete(delivery);
      if (this.#running.size === 0) this.#idle?.();
    }
  }

  #process(channel: ReadingChannel, message: ConsumeMessage, delivery: Delivery): Promise<unknown> {
    const { content, fields, properties } = message;
    const { routingKey } = fields;
    const facts = { destination: this.queue, routingKey, messageId: properties.messageId, bodySize: content.length };
    return withProcessSpan(facts, contextFrom(properties.headers), (span) => {
      const event = readEvent(this.#options.subscription.contract, content);
      span.setAttribute('messaging.message.conversation_id', event.correlationid);
      const work = () => this.#options.handler(event, delivery).then(ended);
      const handle = async () => {
        if (!channel.open) throw new NotBegun('the broker has taken it back while it waited for its turn');
        return this.#deadlines.race(inEventScope(event, context.active(), work), delivery);
      };
      return this.#options.isolation.run(event.id, delivery, handle);
    });
  }

  async #fail(channel: ReadingChannel, message: ConsumeMessage, delivery: Delivery, error: unknown): Promise<void> {
    // The broker has already taken it back, or is about to.
    if (!channel.open || error instanceof NotBegun) return;
    const { failures } = this.#options;
    const verdict = failures.verdictOn(delivery, error);
    if (verdict.to === 'retry') await this.#brake.hold(this.#stopping.signal);
    if (!channel.open) return;
    try {
      await failures.moveOn(message, delivery, error, verdict);
      channel.ack(message);
      if (verdict.to === 'retry') countDelivery(this.queue, 'retried');
      else countDelivery(this.queue, 'dead', verdict.reason);
    } catch (err) {
      log.error({ err, queue: this.queue }, 'a failed message could not be moved and goes back to its queue');
      await delay(this.#options.pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      channel.requeue(message);
    }
  }
}

// Nest answers with a stream when an interceptor or a filter was involved.
const ended = (result: unknown) =>
  isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : undefined;
