import type { Channel, ChannelModel } from 'amqplib';
import { connectToBroker } from './connect.ts';
import { TopologyConflict } from './errors.ts';
import { retryTier, subscriptionQueue } from './names.ts';
import { onOwnChannel, replyCode } from './own-channel.ts';
import { removeWhatIsGone } from './remove-topology.ts';
import type { Binding, Topology } from './topology.ts';

/** The subscription queues and backoff tiers of the service that are not on the broker: facts waited in them. Needs no right to configure. */
export async function missingQueues(url: string, { service, hears, retryDelaysMs }: Topology): Promise<string[]> {
  return withConnection(url, `${service} setup`, async (connection) => {
    const missing: string[] = [];
    const tiers = [...new Set(retryDelaysMs)].map((delayMs) => retryTier(service, delayMs));
    for (const name of [...hears.map((event) => subscriptionQueue(service, event)), ...tiers]) {
      if (await isMissing(connection, (channel) => channel.checkQueue(name))) missing.push(name);
    }
    return missing;
  });
}

/**
 * Makes the broker fit the topology; running it again changes nothing. Needs the right to configure.
 * @param previous the topology applied last time: what it had and this one has not is unbound; queues are never deleted.
 * @returns what was changed, a line each. AMQP cannot list bindings, so one that was lost is restored without a line.
 * @throws TopologyConflict when something of that name exists with other arguments.
 */
export async function applyTopology(url: string, topology: Topology, previous?: Topology): Promise<string[]> {
  return withConnection(url, `${topology.service} setup`, async (connection) => {
    const created = new Set<string>();
    const changes: string[] = [];
    for (const { name, type, arguments: args } of topology.exchanges) {
      const isNew = await isMissing(connection, (channel) => channel.checkExchange(name));
      await declare(connection, `exchange ${name}`, (channel) =>
        channel.assertExchange(name, type, { durable: true, arguments: args }),
      );
      if (isNew && created.add(name)) changes.push(`created exchange ${name} (${type})`);
    }
    for (const { name, arguments: args } of topology.queues) {
      const isNew = await isMissing(connection, (channel) => channel.checkQueue(name));
      await declare(connection, `queue ${name}`, (channel) =>
        channel.assertQueue(name, { durable: true, arguments: args }),
      );
      if (isNew && created.add(name)) changes.push(`created queue ${name} (${args['x-queue-type']})`);
    }
    for (const binding of topology.bindings) {
      const { exchange, queue, routingKey } = binding;
      await onOwnChannel(connection, (channel) => channel.bindQueue(queue, exchange, routingKey));
      const isNew = created.has(exchange) || created.has(queue) || (previous && !has(previous, binding));
      if (isNew) changes.push(`bound queue ${queue} to exchange ${exchange}${routingKey && ` with ${routingKey}`}`);
    }
    if (previous) changes.push(...(await removeWhatIsGone(connection, previous, topology)));
    return changes;
  });
}

async function withConnection<Result>(
  url: string,
  name: string,
  work: (connection: ChannelModel) => Promise<Result>,
): Promise<Result> {
  const connection = await connectToBroker(url, name);
  connection.on('error', () => undefined);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

const has = (topology: Topology, { exchange, queue, routingKey }: Binding) =>
  topology.bindings.some((it) => it.exchange === exchange && it.queue === queue && it.routingKey === routingKey);

async function isMissing(connection: ChannelModel, check: (channel: Channel) => Promise<unknown>): Promise<boolean> {
  try {
    await onOwnChannel(connection, check);
    return false;
  } catch (error) {
    if (replyCode(error) === 404) return true;
    throw error;
  }
}

async function declare(connection: ChannelModel, what: string, assert: (channel: Channel) => Promise<unknown>) {
  try {
    await onOwnChannel(connection, assert);
  } catch (error) {
    if (replyCode(error) !== 406) throw error;
    const why = (error as Error).message.replace(/^.*PRECONDITION_FAILED - /, '').replace(/"$/, '');
    throw new TopologyConflict(
      `${what} exists with other arguments: ${why}. Arguments can never be changed: empty and delete it, then run setup again`,
      { cause: error },
    );
  }
}
