import type { MessageHandler } from '@nestjs/microservices';
import { HandlerMismatch } from './errors.ts';
import { subscriptionQueue } from './names.ts';
import { subscriptionOf } from './on.ts';
import { QueueReader, type QueueReaderOptions } from './queue-reader.ts';
import type { Topology } from './topology.ts';

type Shared = Omit<QueueReaderOptions, 'queue' | 'subscription' | 'handler'>;

/**
 * One reader per handler that Nest found.
 * @throws HandlerMismatch when they are not exactly the ones the topology was derived from: the queue of a forgotten handler
 *   would fill for ever, and a handler without a queue would never run.
 */
export function bindHandlers(
  handlers: ReadonlyMap<string, MessageHandler>,
  topology: Topology,
  shared: Shared,
): QueueReader[] {
  const problems: string[] = [];
  for (const event of topology.hears) {
    if (!handlers.has(event)) problems.push(`the topology hears ${event}, but Nest found no @On handler for it`);
  }
  const readers: QueueReader[] = [];
  for (const [event, handler] of handlers) {
    const subscription = subscriptionOf(handler.extras);
    if (!subscription) problems.push(`${event} is bound without @On`);
    else if (!topology.hears.includes(event)) problems.push(`${subscription.handler} is not part of the topology`);
    else if (handler.next)
      problems.push(`${event} has two handlers: Nest would chain them, and a retry would run both`);
    else
      readers.push(
        new QueueReader({ ...shared, handler, subscription, queue: subscriptionQueue(topology.service, event) }),
      );
  }
  if (problems.length > 0) throw new HandlerMismatch(problems.join('; '));
  return readers;
}
