import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, tcpProxy, testVhost } from '@tributary/testing';
import type { Delivery } from './delivery.ts';
import { handling, QUEUE, rawClient, startService } from './service.fixture.ts';

describe('a delivered message', () => {
  it('reaches its handler as the fact that was stated', async () => {
    await using vhost = await testVhost();
    const seen: [UserSignedUp, Delivery][] = [];
    await using service = await startService(vhost.url, { handlers: [handling((...args) => seen.push(args))] });
    await using raw = await rawClient(vhost.url);
    const event = exampleEvent(UserSignedUp);
    await raw.publish(event);
    await eventually(() => expect(seen).toHaveLength(1));
    expect(seen[0]?.[0]).toEqual(event);
    expect(seen[0]?.[1]).toMatchObject({ queue: QUEUE, attempt: 1, redelivered: false });
    expect(service.consumer.health()).toEqual({ connected: true, consuming: true, blocked: false, problems: [] });
  });

  it('is acked only after the handler succeeded', async () => {
    await using vhost = await testVhost();
    const done = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const handler = handling(() => {
      started.resolve();
      return done.promise;
    });
    await using raw = await rawClient(vhost.url);
    await using service = await startService(vhost.url, { handlers: [handler], drainTimeoutMs: 100 });
    await raw.publish(exampleEvent(UserSignedUp));
    await started.promise;
    for (let i = 0; i < 50; i++) await turn();
    await service.close(); // gives up waiting; an early ack would leave the queue empty
    await eventually(async () => expect(await raw.ready(QUEUE)).toBe(1));
    done.resolve();

    let runs = 0;
    await using again = await startService(vhost.url, { handlers: [handling(() => runs++)] });
    await eventually(() => expect(runs).toBe(1));
    await again.close();
    expect(await raw.ready(QUEUE)).toBe(0);
  });

  it('comes again, marked as redelivered, when the connection breaks while the handler runs', async () => {
    await using vhost = await testVhost();
    await using proxy = await tcpProxy(vhost.url);
    const deliveries: Delivery[] = [];
    const first = Promise.withResolvers<void>();
    const handler = handling(async (_event, delivery) => {
      if (deliveries.push(delivery) === 1) await first.promise;
    });
    await using service = await startService(proxy.url, { setupUrl: vhost.url, handlers: [handler] });
    await using raw = await rawClient(vhost.url);
    await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(deliveries).toHaveLength(1));
    proxy.cut();
    await eventually(() => expect(deliveries).toHaveLength(2));
    expect(deliveries[1]).toMatchObject({ redelivered: true, attempt: 1 });
    first.resolve(); // its ack belongs to a channel that is gone and must not disturb the new one
    await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(deliveries).toHaveLength(3));
    await service.close();
    expect(await raw.ready(QUEUE)).toBe(0);
  });

  it('reaches the handler twice when the fact was published twice, with one id', async () => {
    await using vhost = await testVhost();
    const ids: string[] = [];
    await using _service = await startService(vhost.url, { handlers: [handling(({ id }) => ids.push(id))] });
    await using raw = await rawClient(vhost.url);
    const event = exampleEvent(UserSignedUp);
    await raw.publish(event);
    await raw.publish(event);
    await eventually(() => expect(ids).toEqual([event.id, event.id]));
  });

  it('is handled beside others, but never more of them than the concurrency allows', async () => {
    await using vhost = await testVhost();
    const gate = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    let ended = 0;
    const handler = handling(
      async () => {
        most = Math.max(most, ++running);
        await gate.promise;
        running--;
        ended++;
      },
      { concurrency: 3 },
    );
    await using _service = await startService(vhost.url, { handlers: [handler] });
    await using raw = await rawClient(vhost.url);
    for (let i = 0; i < 10; i++) await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(running).toBe(3));
    gate.resolve();
    await eventually(() => expect(ended).toBe(10));
    expect(most).toBe(3);
  });
});
