import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rightsOf } from '@tributary/messaging';
import { connectAmqp } from '@tributary/testing';
import type { Channel } from 'amqplib';
import { isRunning, identify } from '../machine/process-identity.mjs';
import { RunFolder } from '../stack/run-folder.ts';
import { emptyLogFolder } from '../stack/start-stack.ts';
import type { SupervisedProcess } from '../stack/supervised-process.ts';
import { prepareBroker, type Broker } from './broker.ts';

describe('a private broker', () => {
  let run: RunFolder;
  let broker: Broker;
  let process: SupervisedProcess;
  let email: string;
  let analytics: string;

  beforeAll(async () => {
    run = new RunFolder();
    broker = await prepareBroker(run, emptyLogFolder('spec-broker'), () => undefined, { vhost: 'Ströme/1 %' });
    process = broker.nodes[0] as SupervisedProcess;
    await process.start();
    await asAdmin(async (channel) => {
      await channel.assertExchange('events', 'topic');
      await channel.assertQueue('email.user.signed-up.v1');
      await channel.assertQueue('signup.mail.sent.v1');
      await channel.assertQueue('events.log', { arguments: { 'x-queue-type': 'stream' } });
    });
    const admitted = async (topology: Parameters<typeof rightsOf>[0]) =>
      broker.amqpUrl(await broker.admit({ service: topology.service, rights: rightsOf(topology) }));
    const states = ['mail.sent.v1', 'mail.failed.v1', 'service.joined.v1'];
    email = await admitted({ service: 'email', hears: ['user.signed-up.v1'], states, readsLog: false });
    analytics = await admitted({ service: 'analytics', hears: [], states: ['service.joined.v1'], readsLog: true });
  }, 180_000);

  afterAll(async () => {
    const { pid } = process;
    const node = identify(pid ?? 0);
    await process.stop();
    run.remove();
    expect(isRunning(node)).toBe(false);
    expect(existsSync(run.path)).toBe(false);
  }, 60_000);

  it('has no vhost but the one it was told', async () => {
    const { pathname } = new URL(broker.amqpUrl());
    expect(pathname).toBe('/Str%C3%B6me%2F1%20%25');
    await expect(connectAmqp(broker.amqpUrl().replace(pathname, ''))).rejects.toThrow();
  });

  it('has no guest', async () => {
    await expect(connectAmqp(broker.amqpUrl({ user: 'guest', password: 'guest' }))).rejects.toThrow(
      /403|ACCESS.REFUSED/,
    );
  });

  it('lets a service state its own nouns and read its own queues', async () => {
    await as(email, async (channel) => {
      channel.publish('events', 'mail.sent.v1', Buffer.from('{}'));
      channel.publish('events', 'service.joined.v1', Buffer.from('{}'));
      await channel.bindQueue('email.user.signed-up.v1', 'events', 'user.signed-up.v1');
      expect(await channel.get('email.user.signed-up.v1')).toBe(false);
    });
  });

  it('lets a service that reads the log do so, and join', async () => {
    await as(analytics, async (channel) => {
      channel.publish('events', 'service.joined.v1', Buffer.from('{}'));
      await readLog(channel);
    });
  });

  const refused: [string, (channel: Channel) => unknown][] = [
    ['state a fact of another service', (channel) => channel.publish('events', 'user.withdrawn.v1', Buffer.from('{}'))],
    [
      'state a fact whose noun only begins like its own',
      (channel) => channel.publish('events', 'mailbox.sent.v1', Buffer.from('{}')),
    ],
    ['bind a fact it has no handler for', (channel) => channel.bindQueue('email.user.signed-up.v1', 'events', '#')],
    ['read the queue of another service', (channel) => channel.get('signup.mail.sent.v1')],
    ['read the event log', readLog],
    [
      'write to a queue through the default exchange',
      (channel) => channel.sendToQueue('email.user.signed-up.v1', Buffer.from('{}')),
    ],
    ['declare a queue, even one of its own', (channel) => channel.assertQueue('email.more')],
  ];
  it.each(refused)('does not let a service %s', async (_what, attempt) => {
    await expect(as(email, async (channel) => attempt(channel))).rejects.toThrow(/ACCESS.REFUSED/);
  });

  const refusedToTheReader: typeof refused = [
    ['read the queue of another service', (channel) => channel.get('email.user.signed-up.v1')],
    ['state a fact of another service', (channel) => channel.publish('events', 'mail.sent.v1', Buffer.from('{}'))],
    ['change what the log takes', (channel) => channel.bindQueue('events.log', 'events', 'mail.sent.v1')],
    ['empty the log', (channel) => channel.deleteQueue('events.log')],
  ];
  it.each(refusedToTheReader)('does not let the one who reads the log %s', async (_what, attempt) => {
    await expect(as(analytics, async (channel) => attempt(channel))).rejects.toThrow(/ACCESS.REFUSED/);
  });

  it('is shown as down after a SIGKILL, stays so, and starts again', async () => {
    await process.kill('SIGKILL');
    expect(process).toMatchObject({ state: 'down', ended: 'ended by SIGKILL', pid: undefined });
    await process.start();
    expect(process).toMatchObject({ state: 'up', ended: undefined });
    await asAdmin((channel) => channel.checkExchange('events'));
  }, 120_000);

  const asAdmin = (work: Parameters<typeof as>[1]) => as(broker.amqpUrl(), work);
});

async function readLog(channel: Channel): Promise<void> {
  await channel.prefetch(1);
  await channel.consume('events.log', () => undefined, { arguments: { 'x-stream-offset': 'first' } });
}

/** Rejects with the error that closed the channel, whether a call or a publish caused it. */
async function as(
  url: string,
  work: (channel: Awaited<ReturnType<typeof confirmChannel>>['channel']) => unknown,
): Promise<void> {
  const { connection, channel } = await confirmChannel(url);
  const closed = new Promise<never>((_resolve, reject) => channel.once('error', reject));
  closed.catch(() => undefined);
  try {
    await Promise.race([closed, Promise.resolve(work(channel)).then(() => channel.waitForConfirms())]);
    await Promise.race([closed, channel.checkExchange('events').catch(() => closed)]);
  } finally {
    await connection.close();
  }
}

async function confirmChannel(url: string) {
  const connection = await connectAmqp(url);
  connection.on('error', () => undefined);
  return { connection, channel: await connection.createConfirmChannel() };
}
