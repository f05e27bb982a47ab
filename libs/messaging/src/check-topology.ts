import type { ChannelModel } from 'amqplib';
import { onOwnChannel, type Refusal, refusal } from './own-channel.ts';
import type { Topology } from './topology.ts';

export interface TopologyCheck {
  problems: Refusal[];
  hasQueue(name: string): boolean;
}

/**
 * Looks whether the service's own exchanges and queues exist and binds its queues again: a lost binding is otherwise
 * invisible, because the event log takes every fact and so nothing is ever unroutable. Creates nothing; needs no right to
 * configure, only to write to its own queues and to read the exchanges.
 */
export async function checkTopology(connection: ChannelModel, topology: Topology): Promise<TopologyCheck> {
  const own = (name: string) => name.startsWith(`${topology.service}.`);
  const problems: Refusal[] = [];
  const attempt = async (what: string, check: Parameters<typeof onOwnChannel>[1]) => {
    try {
      await onOwnChannel(connection, check);
      return true;
    } catch (error) {
      problems.push(refusal(what, error));
      return false;
    }
  };

  const present = new Set<string>();
  for (const { name } of topology.exchanges) {
    if (await attempt(`exchange ${name}`, (channel) => channel.checkExchange(name))) present.add(`exchange ${name}`);
  }
  for (const { name } of topology.queues.filter(({ name }) => own(name))) {
    if (await attempt(`queue ${name}`, (channel) => channel.checkQueue(name))) present.add(`queue ${name}`);
  }
  for (const { exchange, queue, routingKey } of topology.bindings.filter(({ queue }) => own(queue))) {
    if (!present.has(`exchange ${exchange}`) || !present.has(`queue ${queue}`)) continue;
    await attempt(`binding ${exchange} → ${queue}`, (channel) => channel.bindQueue(queue, exchange, routingKey));
  }
  return { problems, hasQueue: (name) => present.has(`queue ${name}`) };
}
