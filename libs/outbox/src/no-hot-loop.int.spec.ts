import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { UserWithdrawn } from '@tributary/contracts';
import { eventually, exampleEvent } from '@tributary/testing';
import { stage } from './stage.fixture.ts';

describe('while something is away, the relay', () => {
  let on: Awaited<ReturnType<typeof stage>>;
  beforeAll(async () => {
    on = await stage();
  });
  afterEach(() => on.clear());
  afterAll(() => on.tearDown());

  it('asks its database less and less often', async () => {
    let [asked, began] = [0, 0];
    const refusing = createServer((socket) => {
      if (asked++ === 0) began = performance.now();
      socket.resetAndDestroy();
    }).listen(0, '127.0.0.1');
    using _refusing = { [Symbol.dispose]: () => refusing.close() };
    await once(refusing, 'listening');
    const { port } = refusing.address() as AddressInfo;
    const { relay } = await on.startRelay({
      databaseUrl: Object.assign(new URL(on.databaseUrl), { port: String(port) }).href,
    });
    await eventually(() => asked >= 40, { timeoutMs: 20_000 });
    // Four loops, a listener, the pruning: 100 ms, doubling to 5 s, half of it drawn.
    expect(asked).toBeLessThanOrEqual(6 * (2 + Math.log2((performance.now() - began) / 50)));
    await relay.stop();
  });

  it('tries a row that nobody takes less and less often', async () => {
    const { management, name } = on.vhost;
    const routing_key = 'never.heard.*';
    expect((await management.bindings()).map((it) => it.routing_key)).not.toContain(routing_key);
    await on.state({ ...exampleEvent(UserWithdrawn), type: 'never.heard.v1' });
    await on.startRelay();
    const began = performance.now();
    await eventually(async () => (await on.rows())[0]?.attempts >= 3);
    const [row] = await on.rows();
    // At once, then after 1, 2, 4, … seconds.
    expect(row.attempts).toBeLessThanOrEqual(2 + Math.log2(2 + (performance.now() - began) / 1_000));
    await management.call('POST', `/bindings/${name}/e/events/q/heard`, { routing_key });
    await on.empty();
  });
});
