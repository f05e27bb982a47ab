import { BaseRpcContext } from '@nestjs/microservices';
import type { ConsumeMessage } from 'amqplib';
import { attemptsOf } from './message-headers.ts';

/** One delivery of one message: the context Nest hands to guards, interceptors and the handler's second parameter. */
export class Delivery extends BaseRpcContext<[message: ConsumeMessage, queue: string]> {
  #controller: AbortController | undefined;

  get queue(): string {
    return this.args[1];
  }

  /** 1 on the first delivery; counts deliveries that failed, not ones cut short by a crash or a lost connection. */
  get attempt(): number {
    return attemptsOf(this.args[0]) + 1;
  }

  /** The broker handed this message out before and it was not acked: a crash, a lost connection, a shutdown that did not wait. */
  get redelivered(): boolean {
    return this.args[0].fields.redelivered;
  }

  /** Aborted when the handler's time is up or the process stops waiting for it at shutdown. */
  get signal(): AbortSignal {
    // Made on demand: few handlers ask, and one per message costs more than the rest of this class.
    return (this.#controller ??= new AbortController()).signal;
  }

  /** For the transport: tells the handler that its result is no longer awaited. */
  abort(reason: Error): void {
    (this.#controller ??= new AbortController()).abort(reason);
  }
}
