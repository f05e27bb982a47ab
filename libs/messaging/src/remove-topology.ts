import type { ChannelModel } from 'amqplib';
import { onOwnChannel, replyCode } from './own-channel.ts';
import type { Topology } from './topology.ts';

/**
 * Removes what `previous` had and `next` has not. A queue that still holds messages or has a reader stays, unbound, and is
 * named: messages are never deleted.
 */
export async function removeWhatIsGone(
  connection: ChannelModel,
  previous: Topology,
  next: Topology,
): Promise<string[]> {
  const kept = new Set([...next.queues, ...next.exchanges].map(({ name }) => name));
  const changes: string[] = [];
  for (const { exchange, queue, routingKey } of previous.bindings) {
    // A tier's own binding leads what is still on its way into the queue: it goes with the exchange.
    if (kept.has(queue) || exchange === queue || exchange !== 'events') continue;
    await onOwnChannel(connection, (channel) => channel.unbindQueue(queue, exchange, routingKey));
    changes.push(`unbound queue ${queue} from exchange ${exchange}`);
  }
  for (const { name } of previous.exchanges.filter(({ name }) => !kept.has(name))) {
    await onOwnChannel(connection, (channel) => channel.deleteExchange(name));
    changes.push(`removed exchange ${name}`);
  }
  for (const { name } of previous.queues.filter(({ name }) => !kept.has(name))) {
    changes.push(await removeIfEmpty(connection, name));
  }
  return changes;
}

// Quorum queues do not support delete-if-empty on the broker's side.
async function removeIfEmpty(connection: ChannelModel, name: string): Promise<string> {
  try {
    return await onOwnChannel(connection, async (channel) => {
      const { messageCount, consumerCount } = await channel.checkQueue(name);
      if (messageCount + consumerCount > 0) {
        return `left queue ${name}: ${messageCount} messages, ${consumerCount} readers; delete it when both are 0`;
      }
      await channel.deleteQueue(name);
      return `removed queue ${name}`;
    });
  } catch (error) {
    if (replyCode(error) === 404) return `queue ${name} was gone already`;
    throw error;
  }
}
