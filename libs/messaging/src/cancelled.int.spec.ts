import { describe, expect, it, jest } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, testVhost } from '@tributary/testing';
import type { Channel } from 'amqplib';
import { applyTopology } from './apply-topology.ts';
import { handling, QUEUE, rawClient, startService } from './service.fixture.ts';
import { topologyOf } from './topology.ts';

describe('a subscription that the broker ends as soon as it has begun', () => {
  it('is taken up again without waiting for the next regular look', async () => {
    await using vhost = await testVhost();
    await using raw = await rawClient(vhost.url);
    const ids: string[] = [];
    const handlers = [handling(({ id }) => ids.push(id))];
    const topology = topologyOf({ service: 'email', handlers, retryDelaysMs: [50] });
    const channels = Object.getPrototypeOf(Object.getPrototypeOf(raw.channel)) as Channel;
    const { consume } = channels;
    using slow = jest.spyOn(channels, 'consume');
    // The first answer reaches the reader only when its queue is gone and back again.
    slow.mockImplementationOnce(async function (this: Channel, queue, onMessage) {
      const ended = Promise.withResolvers<void>();
      const reply = await consume.call(this, queue, (message) => {
        onMessage(message);
        if (!message) ended.resolve();
      });
      await raw.channel.deleteQueue(QUEUE);
      await ended.promise;
      await applyTopology(vhost.url, topology);
      return reply;
    });
    await using _service = await startService(vhost.url, { handlers, checkIntervalMs: 60_000 });
    await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(ids).toHaveLength(1));
  });
});
