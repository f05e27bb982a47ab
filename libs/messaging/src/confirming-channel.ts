import { type ConfirmChannel, IllegalOperationError, type Message, type Options } from 'amqplib';
import { ConfirmTimeout, Disconnected, Nacked, Unroutable } from './errors.ts';

export interface Outgoing {
  exchange: string;
  routingKey: string;
  body: Buffer;
  properties: Options.Publish;
}

interface Pending {
  message: Outgoing;
  /** `performance.now()` at which the caller is told to stop waiting. */
  deadline: number;
  returned: boolean;
  resolve(): void;
  reject(error: Error): void;
}

export interface ConfirmOptions {
  /**
   * Messages without a confirm at any time; the rest wait in this process. Default 1,000. All destinations share it: a queue
   * that cannot confirm, such as a quorum queue without its majority, takes place after place and in the end holds up the
   * others too. They are `overdue` then, and nothing is lost that the caller keeps.
   */
  window?: number;
  /** From the call to the confirm, waiting for the window included. Milliseconds, default 10,000. */
  confirmTimeoutMs?: number;
}

/**
 * One confirm channel: every message is persistent, mandatory and answered. A message that was given up keeps its place in
 * the window until the broker answers or the channel ends, so a silent broker never makes this process buffer without end.
 */
export class ConfirmingChannel {
  readonly #channel: ConfirmChannel;
  readonly #window: number;
  readonly #confirmTimeoutMs: number;
  readonly #sweep: NodeJS.Timeout;
  /** In order of deadline: all wait equally long. */
  readonly #unanswered = new Set<Pending>();
  readonly #waiting = new Set<Pending>();
  #inFlight = 0;
  #writable = true;
  #channelError: Error | undefined;
  #closed: Error | undefined;
  #idle: (() => void) | undefined;

  constructor(channel: ConfirmChannel, { window = 1_000, confirmTimeoutMs = 10_000 }: ConfirmOptions = {}) {
    this.#channel = channel;
    this.#window = window;
    this.#confirmTimeoutMs = confirmTimeoutMs;
    this.#sweep = setInterval(() => this.#giveUpLate(), Math.min(1_000, confirmTimeoutMs / 4)).unref();
    channel.on('return', (message: Message) => this.#returned(message));
    channel.on('drain', () => {
      this.#writable = true;
      this.#pump();
    });
    channel.on('error', (error: Error) => (this.#channelError = error));
    // amqplib has answered what was in flight with an error before this runs.
    channel.on('close', () => {
      this.#closed = this.#disconnected();
      clearInterval(this.#sweep);
      for (const pending of this.#unanswered) this.#settle(pending, this.#closed);
    });
  }

  /** Resolves when the broker has the message safe. @throws Unroutable | Nacked | ConfirmTimeout | Disconnected */
  send(message: Outgoing): Promise<void> {
    if (this.#closed) return Promise.reject(this.#closed);
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + this.#confirmTimeoutMs;
      const pending: Pending = { message, deadline, returned: false, resolve, reject };
      this.#unanswered.add(pending);
      if (this.#hasRoom()) this.#dispatch(pending);
      else this.#waiting.add(pending);
    });
  }

  /** Resolves when everything sent so far is answered or given up. */
  async idle(): Promise<void> {
    if (this.#unanswered.size > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  /** Messages that were given up and still hold their place. */
  get overdue(): number {
    return this.#inFlight - (this.#unanswered.size - this.#waiting.size);
  }

  #hasRoom(): boolean {
    return this.#writable && this.#inFlight < this.#window;
  }

  #pump(): void {
    for (const next of this.#waiting) {
      if (!this.#hasRoom()) return;
      this.#waiting.delete(next);
      this.#dispatch(next);
    }
  }

  #dispatch(pending: Pending): void {
    const { exchange, routingKey, body, properties } = pending.message;
    const options = { ...properties, persistent: true, mandatory: true };
    try {
      this.#writable = this.#channel.publish(exchange, routingKey, body, options, (error: Error | null) => {
        this.#inFlight--;
        this.#settle(pending, this.#answer(pending, error));
        this.#pump();
      });
      this.#inFlight++;
    } catch (error) {
      // Otherwise headers too large or a body that is no Buffer: the message's own fault, the channel goes on.
      const closed = error instanceof IllegalOperationError;
      this.#settle(pending, closed ? this.#disconnected() : (error as Error));
    }
  }

  #disconnected(): Disconnected {
    const cause = this.#channelError;
    return new Disconnected(cause?.message ?? 'the channel was closed before the confirm', { cause });
  }

  #answer({ message, returned }: Pending, error: Error | null): Error | undefined {
    if (error?.message === 'message nacked') return new Nacked(`the broker refused ${describe(message)}`);
    if (error) return this.#disconnected();
    return returned ? new Unroutable(`no queue is bound for ${describe(message)}`) : undefined;
  }

  // The return comes before the confirm. Two equal messages in flight are one: either may take the blame.
  #returned(returned: Message): void {
    for (const pending of this.#unanswered) {
      if (pending.returned || !isSame(pending.message, returned)) continue;
      pending.returned = true;
      return;
    }
  }

  #giveUpLate(): void {
    const now = performance.now();
    for (const pending of this.#unanswered) {
      if (pending.deadline > now) return;
      this.#settle(
        pending,
        new ConfirmTimeout(`no confirm within ${this.#confirmTimeoutMs} ms for ${describe(pending.message)}`),
      );
    }
  }

  #settle(pending: Pending, error: Error | undefined): void {
    if (!this.#unanswered.delete(pending)) return;
    this.#waiting.delete(pending);
    if (error) pending.reject(error);
    else pending.resolve();
    if (this.#unanswered.size === 0) this.#idle?.();
  }
}

const isSame = (
  { exchange, routingKey, properties, body }: Outgoing,
  { fields, properties: { messageId }, content }: Message,
) =>
  exchange === fields.exchange &&
  routingKey === fields.routingKey &&
  properties.messageId === messageId &&
  body.equals(content);

const describe = ({ exchange, routingKey, properties }: Outgoing) =>
  `message ${properties.messageId ?? '(without id)'} to ${exchange} with key "${routingKey}"`;
