import { describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MailSent, UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, tcpProxy, testVhost } from '@tributary/testing';
import { applyTopology } from './apply-topology.ts';
import { On } from './on.ts';
import { handling, QUEUE, rawClient, startService } from './service.fixture.ts';
import { topologyOf } from './topology.ts';

const healthy = { connected: true, consuming: true, blocked: false, problems: [] };

describe('the consumer', () => {
  it('starts while the broker is away, says so, and reads when it is back', async () => {
    await using vhost = await testVhost();
    await using proxy = await tcpProxy(vhost.url);
    proxy.cut({ refusing: true });
    const ids: string[] = [];
    await using service = await startService(proxy.url, {
      setupUrl: vhost.url,
      handlers: [handling(({ id }) => ids.push(id))],
    });
    expect(service.consumer.health()).toMatchObject({ connected: false, consuming: false });
    expect(service.consumer.health().problems).toEqual(['no connection to the broker']);
    proxy.resume();
    await using raw = await rawClient(vhost.url);
    const event = exampleEvent(UserSignedUp);
    await raw.publish(event);
    await eventually(() => expect(ids).toEqual([event.id]));
    await eventually(() => expect(service.consumer.health()).toEqual(healthy));
  });

  it('comes back, and its failed messages move on, after an operator closed all its connections', async () => {
    await using vhost = await testVhost();
    const attempts: number[] = [];
    const handler = handling((_event, { attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) throw new Error('once');
    });
    await using service = await startService(vhost.url, { handlers: [handler] });
    await using raw = await rawClient(vhost.url);
    let killed = 0;
    while (killed < 2) killed += await vhost.management.killConnections((name) => name.startsWith('email '));
    await eventually(() => expect(service.consumer.health()).toEqual(healthy));
    await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(attempts).toEqual([1, 2]));
  });

  it('notices a connection that is only half there and makes another', async () => {
    await using vhost = await testVhost();
    await using proxy = await tcpProxy(vhost.url);
    const ids: string[] = [];
    await using service = await startService(`${proxy.url}?heartbeat=1`, {
      setupUrl: vhost.url,
      handlers: [handling(({ id }) => ids.push(id))],
    });
    proxy.freeze();
    await eventually(() => expect(service.consumer.health().connected).toBe(false));
    proxy.resume();
    await using raw = await rawClient(vhost.url);
    await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(ids).toHaveLength(1));
  });

  it('reads again when its queue was deleted and set up again', async () => {
    await using vhost = await testVhost();
    const ids: string[] = [];
    await using service = await startService(vhost.url, {
      handlers: [handling(({ id }) => ids.push(id))],
      checkIntervalMs: 60_000, // only the broker's cancellation can tell it in time
    });
    await using raw = await rawClient(vhost.url);
    await raw.channel.deleteQueue(QUEUE);
    await eventually(() =>
      expect(service.consumer.health()).toEqual({
        connected: true,
        consuming: false,
        blocked: false,
        problems: [`queue ${QUEUE} is missing: run setup`],
      }),
    );
    const changes = await applyTopology(vhost.url, service.topology);
    expect(changes[0]).toBe(`created queue ${QUEUE} (quorum)`);
    await eventually(() => expect(service.consumer.health()).toEqual(healthy));
    await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(ids).toHaveLength(1));
  });

  it('starts before setup has run and reads once it has', async () => {
    await using vhost = await testVhost();
    const ids: string[] = [];
    const handlers = [handling(({ id }) => ids.push(id))];
    await using service = await startService(vhost.url, { handlers, setup: false });
    expect(service.consumer.health().problems).toContain(`queue ${QUEUE} is missing: run setup`);
    await applyTopology(vhost.url, service.topology);
    await eventually(() => expect(service.consumer.health()).toEqual(healthy));
  });

  it('restores a binding that was deleted', async () => {
    await using vhost = await testVhost();
    const ids: string[] = [];
    await using _service = await startService(vhost.url, { handlers: [handling(({ id }) => ids.push(id))] });
    await using raw = await rawClient(vhost.url);
    await raw.channel.unbindQueue(QUEUE, 'events', 'user.signed-up.v1');
    await eventually(async () => {
      await raw.publish(exampleEvent(UserSignedUp));
      expect(ids.length).toBeGreaterThan(0);
    });
  });

  it('reads its other queues when one may not be read, and says which', async () => {
    @Controller()
    class Both {
      @On(UserSignedUp) async one({ id }: UserSignedUp): Promise<void> {
        ids.push(id);
      }
      @On(MailSent) async two(_event: MailSent): Promise<void> {}
    }
    const ids: string[] = [];
    await using vhost = await testVhost();
    await using raw = await rawClient(vhost.url);
    await applyTopology(vhost.url, topologyOf({ service: 'email', handlers: [Both], retryDelaysMs: [50] }));
    const login = vhost.name; // of this test only
    const mayRead = (read: string) =>
      vhost.management.call('PUT', `/permissions/${vhost.name}/${login}`, { configure: '', write: '.*', read });
    await vhost.management.call('PUT', `/users/${login}`, { password: login, tags: '' });
    await using _login = { [Symbol.asyncDispose]: () => vhost.management.call<void>('DELETE', `/users/${login}`) };
    await mayRead('^(events|email\\.return|email\\.user\\..*)$');
    const url = Object.assign(new URL(vhost.url), { username: login, password: login }).href;
    await using service = await startService(url, { setup: false, handlers: [Both] });
    await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(ids).toHaveLength(1));
    expect(service.consumer.health()).toMatchObject({
      consuming: false,
      problems: expect.arrayContaining(['the broker refuses queue email.mail.sent.v1 (403)']),
    });
    await mayRead('.*');
    await eventually(() => expect(service.consumer.health()).toEqual(healthy));
  });

  it('refuses to start when Nest bound other handlers than the topology was derived from', async () => {
    await using vhost = await testVhost();
    const topology = topologyOf({ service: 'email', handlers: [] });
    const start = startService(vhost.url, { handlers: [handling(() => undefined)], topology });
    await expect(start).rejects.toThrow('Handlers.react is not part of the topology');
    const forgotten = startService(vhost.url, {
      handlers: [],
      topology: topologyOf({ service: 'email', handlers: [handling(() => undefined)] }),
    });
    await expect(forgotten).rejects.toThrow(
      'the topology hears user.signed-up.v1, but Nest found no @On handler for it',
    );
  });
});
