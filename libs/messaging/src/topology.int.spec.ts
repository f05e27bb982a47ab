import { describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MailSent, UserSignedUp } from '@tributary/contracts';
import { eventually, testVhost } from '@tributary/testing';
import { applyTopology } from './apply-topology.ts';
import { checkTopology } from './check-topology.ts';
import { EVENT_LOG } from './names.ts';
import { On } from './on.ts';
import { handling, QUEUE, rawClient } from './service.fixture.ts';
import { topologyOf } from './topology.ts';

const handlers = [handling(() => undefined)];
const topology = topologyOf({ service: 'email', handlers, retryDelaysMs: [100] });

describe('applying a topology', () => {
  it('says what it created, and nothing the second time', async () => {
    await using vhost = await testVhost();
    expect(await applyTopology(vhost.url, topology)).toEqual([
      'created exchange events (topic)',
      'created exchange email.dead (fanout)',
      'created exchange email.return (direct)',
      'created exchange email.retry.100 (fanout)',
      'created queue events.log (stream)',
      'created queue email.dead (quorum)',
      'created queue email.retry.100 (quorum)',
      'created queue email.user.signed-up.v1 (quorum)',
      'bound queue events.log to exchange events with #',
      'bound queue email.dead to exchange email.dead',
      'bound queue email.retry.100 to exchange email.retry.100',
      'bound queue email.user.signed-up.v1 to exchange email.return with email.user.signed-up.v1',
      'bound queue email.user.signed-up.v1 to exchange events with user.signed-up.v1',
    ]);
    expect(await applyTopology(vhost.url, topology)).toEqual([]);
  });

  it('leaves exactly the arguments it was given on the broker', async () => {
    await using vhost = await testVhost();
    await applyTopology(vhost.url, topology);
    const queues = await vhost.management.queues();
    expect(Object.fromEntries(queues.map((queue) => [queue.name, queue.arguments]))).toEqual(
      Object.fromEntries(topology.queues.map((queue) => [queue.name, queue.arguments])),
    );
  });

  it('shares the exchange and the log with another service', async () => {
    await using vhost = await testVhost();
    await applyTopology(vhost.url, topology);
    const changes = await applyTopology(vhost.url, topologyOf({ service: 'analytics', handlers, retryDelaysMs: [] }));
    expect(changes.filter((line) => line.includes(EVENT_LOG) || line.includes('exchange events ('))).toEqual([]);
  });

  it('says which queue exists with other arguments, and what to do', async () => {
    await using vhost = await testVhost();
    await using raw = await rawClient(vhost.url);
    await raw.channel.assertQueue(QUEUE, { arguments: { 'x-queue-type': 'quorum' } });
    await expect(applyTopology(vhost.url, topology)).rejects.toThrow(
      /^queue email\.user\.signed-up\.v1 exists with other arguments: inequivalent arg .*: empty and delete it, then run setup again$/,
    );
  });

  it('unbinds what the handlers no longer hear, and leaves the queue with the messages in it', async () => {
    @Controller()
    class Both {
      @On(UserSignedUp) async one(_event: UserSignedUp): Promise<void> {}
      @On(MailSent) async two(_event: MailSent): Promise<void> {}
    }
    await using vhost = await testVhost();
    await using raw = await rawClient(vhost.url);
    const before = topologyOf({ service: 'email', handlers: [Both], retryDelaysMs: [100, 200] });
    await applyTopology(vhost.url, before);
    await raw.publishRaw('mail.sent.v1', Buffer.from('{}'));
    expect(await applyTopology(vhost.url, topology, before)).toEqual([
      'unbound queue email.mail.sent.v1 from exchange events',
      'removed exchange email.retry.200',
      "left queue email.retry.200: delete it when the broker's management page shows no messages in it",
      "left queue email.mail.sent.v1: delete it when the broker's management page shows no messages in it",
    ]);
    await raw.publishRaw('mail.sent.v1', Buffer.from('{}')); // no longer bound
    expect(await raw.ready('email.mail.sent.v1')).toBe(1);
  });

  it('leaves a message alone that waits to be dead-lettered, which no AMQP count shows', async () => {
    await using vhost = await testVhost();
    await using raw = await rawClient(vhost.url);
    const before = topologyOf({ service: 'email', handlers, retryDelaysMs: [100, 200] });
    await applyTopology(vhost.url, before);
    await raw.channel.deleteExchange('email.return');
    await raw.publishRaw(QUEUE, Buffer.from('{}'), {}, 'email.retry.200');
    await eventually(async () => {
      expect(await raw.ready('email.retry.200')).toBe(0);
      expect(await vhost.management.depths()).toMatchObject({ 'email.retry.200': 1 });
    });
    await applyTopology(vhost.url, topology, before);
    expect(await vhost.management.depths()).toMatchObject({ 'email.retry.200': 1 });
  });
});

describe('looking at a topology', () => {
  it('fails when the connection is gone, instead of calling every queue a problem', async () => {
    await using vhost = await testVhost();
    await applyTopology(vhost.url, topology);
    const raw = await rawClient(vhost.url);
    await raw.close();
    await expect(checkTopology(raw.connection, topology)).rejects.toThrow(/closed/);
  });
});
