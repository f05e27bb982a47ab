import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectAmqp } from '@tributary/testing';
import { eventually } from '../machine/eventually.ts';
import { identify, isRunning } from '../machine/process-identity.mjs';
import { RunFolder } from '../stack/run-folder.ts';
import { emptyLogFolder } from '../stack/start-stack.ts';
import { prepareBroker, type Broker } from './broker.ts';

const QUEUE = 'email.user.signed-up.v1';

describe('a private broker of three nodes', () => {
  let run: RunFolder;
  let broker: Broker;

  beforeAll(async () => {
    run = new RunFolder();
    broker = await prepareBroker(run, emptyLogFolder('spec-cluster'), () => undefined, { nodes: 3 });
    await Promise.all(broker.nodes.map((node) => node.start()));
    await eventually('three nodes', broker.joined);
  }, 180_000);

  afterAll(async () => {
    const nodes = broker.nodes.map(({ pid = 0 }) => identify(pid));
    await Promise.all(broker.nodes.map((node) => node.stop()));
    await broker.close();
    run.remove();
    expect(nodes.map(isRunning)).toEqual([false, false, false]);
  }, 60_000);

  it('keeps a quorum queue on every node, and what was confirmed when one of them is killed', async () => {
    await publish('kept', { arguments: { 'x-queue-type': 'quorum' } });
    expect((await queue()).members).toHaveLength(3);
    const { leader } = await queue();
    const victim = broker.nodes.find(
      ({ spec }) => leader === `${spec.name.replace('rabbitmq', 'tributary')}@localhost`,
    );

    await victim?.kill();

    // The same address, another node.
    await eventually('another leader', async () => {
      const now = await queue();
      return now.leader !== leader && now.online.includes(now.leader);
    });
    const connection = await connectAmqp(broker.amqpUrl());
    const channel = await connection.createChannel();
    const message = await channel.get(QUEUE);
    expect(message && message.content.toString()).toBe('kept');
    await connection.close();
    await victim?.start();
    await eventually('all three take part', async () => (await queue()).online.length === 3);
  }, 120_000);

  it('starts again after every node was killed, with what it had', async () => {
    await Promise.all(broker.nodes.map((node) => node.kill()));
    await expect(connectAmqp(broker.amqpUrl())).rejects.toThrow();
    await Promise.all(broker.nodes.map((node) => node.start()));
    await eventually('three nodes', broker.joined);
    expect((await queue()).members).toHaveLength(3);
  }, 180_000);

  async function publish(body: string, options: { arguments: object }): Promise<void> {
    const connection = await connectAmqp(broker.amqpUrl());
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue(QUEUE, options);
    channel.sendToQueue(QUEUE, Buffer.from(body), { persistent: true });
    await channel.waitForConfirms();
    await connection.close();
  }

  async function queue(): Promise<{ leader: string; members: string[]; online: string[] }> {
    const { origin, username, password } = new URL(broker.managementUrl);
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const response = await fetch(`${origin}/api/queues/%2F/${QUEUE}`, { headers: { authorization } });
    return (await response.json()) as Awaited<ReturnType<typeof queue>>;
  }
});
