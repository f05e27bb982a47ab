import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChannelModel } from 'amqplib';
import { once } from 'node:events';
import { connectAmqp } from './connect-amqp.ts';
import { eventually } from './eventually.ts';
import { testVhost, type TestVhost } from './vhost.ts';

describe('testVhost', () => {
  let vhost: TestVhost;
  let connection: ChannelModel;
  beforeEach(async () => {
    vhost = await testVhost();
    connection = await connectAmqp(vhost.url, 'the spec');
    connection.on('error', () => undefined);
  });
  afterEach(async () => {
    await connection.close().catch(() => undefined);
    await vhost.delete();
  });

  it('is gone with everything in it once deleted', async () => {
    const other = await testVhost();
    await other.delete();
    await expect(connectAmqp(other.url)).rejects.toThrow();
    await other.delete();
  });

  it('shows what is bound and who consumes', async () => {
    const channel = await connection.createChannel();
    await channel.assertExchange('facts', 'topic');
    await channel.assertQueue('mine', { arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue('mine', 'facts', 'a.b');
    expect(await vhost.management.bindings()).toContainEqual(
      expect.objectContaining({ source: 'facts', destination: 'mine', routing_key: 'a.b' }),
    );
    await channel.prefetch(7);
    await channel.consume('mine', () => undefined);
    await eventually(async () =>
      expect(await vhost.management.consumers()).toEqual([
        expect.objectContaining({ queue: expect.objectContaining({ name: 'mine' }), prefetch_count: 7 }),
      ]),
    );
  });

  it('removes a binding, and complains when there is none left to remove', async () => {
    const channel = await connection.createChannel();
    await channel.assertExchange('facts', 'topic');
    await channel.assertQueue('mine');
    await channel.bindQueue('mine', 'facts', 'a.b');
    await vhost.management.deleteBinding('facts', 'mine');
    expect(await vhost.management.bindings()).not.toContainEqual(expect.objectContaining({ source: 'facts' }));
    await expect(vhost.management.deleteBinding('facts', 'mine')).rejects.toThrow('no binding from facts to mine');
  });

  it('removes a queue under its consumer, who is told', async () => {
    const channel = await connection.createChannel();
    await channel.assertQueue('mine');
    const cancelled = new Promise<null>((resolve) => {
      void channel.consume('mine', (message) => message === null && resolve(message));
    });
    await eventually(() => vhost.management.consumers().then(({ length }) => length === 1));
    await vhost.management.deleteQueue('mine');
    expect(await cancelled).toBeNull();
  });

  it('counts what is waiting, also what is unacknowledged, but not a stream', async () => {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('log', { arguments: { 'x-queue-type': 'stream' } });
    await channel.assertQueue('mine', { arguments: { 'x-queue-type': 'quorum' } });
    for (const queue of ['log', 'mine', 'mine']) channel.publish('', queue, Buffer.from('fact'));
    await channel.waitForConfirms();
    const [first] = [await channel.get('mine')];
    await eventually(async () => expect(await vhost.management.depths()).toEqual({ mine: 2 }), { timeoutMs: 20_000 });
    if (first) channel.ack(first);
    await eventually(async () => expect(await vhost.management.depths()).toEqual({ mine: 1 }), { timeoutMs: 20_000 });
  });

  it('kills connections by the name their client gave', async () => {
    const lost = once(connection, 'close');
    await using other = await testVhost();
    await expect(other.management.killConnections(undefined, { timeoutMs: 50 })).rejects.toThrow('stayed false');
    expect(await vhost.management.killConnections((name) => name === 'the spec', { timeoutMs: 20_000 })).toBe(1);
    await lost;
  });
});
