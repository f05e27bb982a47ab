import type { ChannelModel } from 'amqplib';
import { EVENTS_EXCHANGE } from './names.ts';
import { onOwnChannel } from './own-channel.ts';
import type { Topology } from './topology.ts';

/**
 * Takes what `previous` had and `next` has not out of use. Queues stay and are named, whatever they hold: what is waiting to be
 * dead-lettered out of them is in none of the counts that AMQP shows, so nobody but the management page knows one to be empty.
 */
export async function removeWhatIsGone(
  connection: ChannelModel,
  previous: Topology,
  next: Topology,
): Promise<string[]> {
  const kept = new Set([...next.queues, ...next.exchanges].map(({ name }) => name));
  const changes: string[] = [];
  for (const { exchange, queue, routingKey } of previous.bindings) {
    // The way back in stays: what is in a backoff tier still has to return.
    if (exchange !== EVENTS_EXCHANGE || kept.has(queue)) continue;
    await onOwnChannel(connection, (channel) => channel.unbindQueue(queue, exchange, routingKey));
    changes.push(`unbound queue ${queue} from exchange ${exchange}`);
  }
  for (const { name } of previous.exchanges.filter(({ name }) => !kept.has(name))) {
    await onOwnChannel(connection, (channel) => channel.deleteExchange(name));
    changes.push(`removed exchange ${name}`);
  }
  for (const { name } of previous.queues.filter(({ name }) => !kept.has(name))) {
    changes.push(`left queue ${name}: delete it when the broker's management page shows no messages in it`);
  }
  return changes;
}
