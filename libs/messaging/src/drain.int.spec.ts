import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, tcpProxy, testVhost } from '@tributary/testing';
import { handling, QUEUE, rawClient, startService } from './service.fixture.ts';

describe('shutting down', () => {
  it('delivers no finished work again, however many messages are waiting', async () => {
    await using vhost = await testVhost();
    const finished = new Set<string>();
    const handler = handling(async ({ id }) => {
      await delay(Math.random() * 5);
      finished.add(id);
    });
    await using raw = await rawClient(vhost.url);
    const total = 3_000;
    {
      await using service = await startService(vhost.url, { handlers: [handler], prefetch: 100 });
      const body = Array.from({ length: total }, () => exampleEvent(UserSignedUp));
      for (const event of body) raw.channel.publish('events', event.type, Buffer.from(JSON.stringify(event)));
      await raw.channel.waitForConfirms();
      await eventually(() => expect(finished.size).toBeGreaterThan(200));
      await service.close();
    }
    const before = new Set(finished);
    expect(before.size).toBeLessThan(total);
    const again: string[] = [];
    const seen = new Set<string>();
    const second = handling(({ id }) => {
      if (before.has(id)) again.push(id);
      seen.add(id);
    });
    await using _service = await startService(vhost.url, { handlers: [second] });
    await eventually(() => expect(seen.size + before.size).toBe(total));
    expect(again).toEqual([]);
  });

  it('waits for a running handler and acks what it did', async () => {
    await using vhost = await testVhost();
    const gate = Promise.withResolvers<void>();
    let started = false;
    const handler = handling(() => {
      started = true;
      return gate.promise;
    });
    await using raw = await rawClient(vhost.url);
    const service = await startService(vhost.url, { handlers: [handler] });
    await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(started).toBe(true));
    const closed = service.close();
    await eventually(() => expect(service.consumer.health().consuming).toBe(false));
    gate.resolve();
    await closed;
    expect(await raw.ready(QUEUE)).toBe(0);
  });

  it('tells a handler that takes too long, leaves it behind, and its message comes again', async () => {
    await using vhost = await testVhost();
    const started = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<Error>();
    const handler = handling((_event, { signal }) => {
      started.resolve();
      return new Promise(() => signal.addEventListener('abort', () => aborted.resolve(signal.reason)));
    });
    await using raw = await rawClient(vhost.url);
    const service = await startService(vhost.url, { handlers: [handler], drainTimeoutMs: 100 });
    await raw.publish(exampleEvent(UserSignedUp));
    await started.promise;
    await service.close();
    expect((await aborted.promise).message).toBe('the process is shutting down');
    // The broker answers the close first and puts the message back afterwards.
    await eventually(async () => expect(await raw.ready(QUEUE)).toBe(1));
  });

  it('waits for a running handler also when the connection breaks meanwhile', async () => {
    await using vhost = await testVhost();
    await using proxy = await tcpProxy(vhost.url);
    const gate = Promise.withResolvers<void>();
    let signal: AbortSignal | undefined;
    const handler = handling((_event, delivery) => {
      signal = delivery.signal;
      return gate.promise;
    });
    await using raw = await rawClient(vhost.url);
    const service = await startService(proxy.url, { setupUrl: vhost.url, handlers: [handler] });
    await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(signal).toBeDefined());
    proxy.freeze('to-client');
    const closed = service.consumer.close(); // asks the broker, which cannot answer
    proxy.cut({ refusing: true });
    await eventually(() => expect(service.consumer.health().connected).toBe(false));
    for (let i = 0; i < 50; i++) await turn();
    gate.resolve();
    await closed;
    expect(signal?.aborted).toBe(false);
  });

  it('does not wait for a broker that has stopped answering', async () => {
    await using vhost = await testVhost();
    await using proxy = await tcpProxy(vhost.url);
    const service = await startService(proxy.url, {
      setupUrl: vhost.url,
      handlers: [handling(() => undefined)],
      drainTimeoutMs: 100,
    });
    proxy.freeze();
    await service.close();
    expect(service.consumer.health().connected).toBe(false);
  });

  it('ends at once while the broker is away', async () => {
    await using vhost = await testVhost();
    await using proxy = await tcpProxy(vhost.url);
    proxy.cut({ refusing: true });
    const service = await startService(proxy.url, { setupUrl: vhost.url, handlers: [handling(() => undefined)] });
    await service.close();
    expect(service.consumer.health().connected).toBe(false);
  });
});
