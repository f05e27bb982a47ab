import { connectAmqp } from '@tributary/testing';
import { fires } from './kills.ts';
import type { World } from './world.ts';

const TYPE = 'user.signed-up.v1';

/**
 * States something that only looks like a fact: whoever hears it puts it with its dead letters, and the alert for each fires. Then
 * they are thrown away.
 * @returns the queues
 */
export async function causeDeadLetters(world: World): Promise<string[]> {
  const queues = world.topologies.filter(({ hears }) => hears.includes(TYPE)).map(({ service }) => `${service}.dead`);
  const connection = await connectAmqp(world.at.amqp());
  try {
    const channel = await connection.createConfirmChannel();
    channel.publish('events', TYPE, Buffer.from('{"this":"is no fact"}'), { mandatory: true });
    await channel.waitForConfirms();
    for (const queue of queues) await fires(world, { alertname: 'DeadLetters', queue });
    for (const queue of queues) {
      const { messageCount } = await channel.purgeQueue(queue);
      if (messageCount !== 1) throw new Error(`${queue} has ${messageCount} messages instead of one`);
    }
  } finally {
    await connection.close();
  }
  return queues;
}
