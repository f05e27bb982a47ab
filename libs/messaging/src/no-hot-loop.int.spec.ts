import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, testVhost } from '@tributary/testing';
import { handling, rawClient, startService } from './service.fixture.ts';

describe('while something is away', () => {
  it('a queue full of messages is not run through: each place in flight tries once a second, and all is well soon after', async () => {
    await using vhost = await testVhost();
    await using raw = await rawClient(vhost.url);
    const tried = new Map<string, number>();
    let away = true;
    const done = new Set<string>();
    const handler = handling(
      ({ id }) => {
        tried.set(id, (tried.get(id) ?? 0) + 1);
        if (away) throw new Error('the server refuses the connection');
        done.add(id);
      },
      { concurrency: 10 },
    );
    await using _service = await startService(vhost.url, { handlers: [handler], retryDelaysMs: [2_000, 4_000, 8_000] });
    const began = performance.now();
    const events = Array.from({ length: 1_000 }, () => exampleEvent(UserSignedUp));
    for (const event of events) raw.channel.publish('events', event.type, Buffer.from(JSON.stringify(event)));
    await raw.channel.waitForConfirms();
    const tries = () => [...tried.values()].reduce((sum, each) => sum + each, 0);
    await eventually(() => tries() > 60);
    const seconds = (performance.now() - began) / 1_000;
    expect(tries()).toBeLessThanOrEqual(20 + 10 * (seconds + 2));
    away = false;
    await eventually(() => done.size === events.length, { timeoutMs: 20_000 });
  });

  it('a broker is asked less and less often', async () => {
    await using vhost = await testVhost();
    let [asked, began] = [0, 0];
    const refusing = createServer((socket) => {
      if (asked++ === 0) began = performance.now();
      socket.resetAndDestroy();
    }).listen(0, '127.0.0.1');
    using _refusing = { [Symbol.dispose]: () => refusing.close() };
    await once(refusing, 'listening');
    const url = Object.assign(new URL(vhost.url), { port: String((refusing.address() as AddressInfo).port) }).href;
    await using _service = await startService(url, { setupUrl: vhost.url, handlers: [handling(() => undefined)] });
    await eventually(() => asked >= 14);
    // Two connections, for reading and for what fails: 100 ms, doubling to 2 s, half of it drawn.
    const pauses = Math.log2((performance.now() - began) / 50) + (performance.now() - began) / 1_000;
    expect(asked).toBeLessThanOrEqual(2 * (2 + pauses));
  });
});
