import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { alarmBegins, alarmEnds, eventually, tcpProxy, testVhost } from '@tributary/testing';
import { ConfirmTimeout, Disconnected, Nacked, Unroutable } from './errors.ts';
import { type PublishedMessage, Publisher, type PublisherOptions } from './publisher.ts';
import { rawClient } from './service.fixture.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const message = (changes: Partial<PublishedMessage> = {}): PublishedMessage => ({
  exchange: 'events',
  routingKey: 'user.signed-up.v1',
  body: Buffer.from('{"any": "bytes"}'),
  messageId: randomUUID(),
  type: 'user.signed-up.v1',
  contentType: 'application/cloudevents+json',
  ...changes,
});

/** A vhost where `events` leads to one queue for `user.signed-up.v1`, and nothing takes the rest. */
async function broker(queueArguments: object = {}) {
  const vhost = await testVhost();
  const raw = await rawClient(vhost.url);
  await raw.channel.assertExchange('events', 'topic');
  await raw.channel.assertQueue('taken', { arguments: queueArguments });
  await raw.channel.bindQueue('taken', 'events', 'user.signed-up.v1');
  return { url: vhost.url, raw, vhost, [Symbol.asyncDispose]: () => raw.close().then(() => vhost.delete()) };
}

async function publishing(url: string, options: Partial<PublisherOptions> = {}) {
  const publisher = new Publisher({ url, name: 'signup relay', ...options });
  await publisher.connect();
  return Object.assign(publisher, { [Symbol.asyncDispose]: () => publisher.close() });
}

describe('the publisher', () => {
  it('sends the stored bytes with the properties of the fact, persistent', async () => {
    await using it = await broker();
    await using publisher = await publishing(it.url);
    const sent = message({
      timestamp: new Date('2026-01-02T03:04:05.678Z'),
      headers: { traceparent: TRACEPARENT, 'x-any': 1 },
    });
    await publisher.publish(sent);
    const taken = await eventually(() => it.raw.take('taken'));
    expect(taken.content).toEqual(sent.body);
    expect(taken.properties).toMatchObject({
      messageId: sent.messageId,
      type: sent.type,
      contentType: sent.contentType,
      deliveryMode: 2,
      timestamp: 1767323045,
    });
    expect(taken.properties.headers?.['x-any']).toBe(1);
    expect(taken.properties.headers?.['traceparent']).toContain('0af7651916cd43dd8448eb211c80319c');
  });

  it('rejects what no queue is bound for, and only that', async () => {
    await using it = await broker();
    await using publisher = await publishing(it.url);
    const results = await Promise.allSettled([
      publisher.publish(message()),
      publisher.publish(message({ routingKey: 'nobody.listens.v1' })),
      publisher.publish(message()),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((results[1] as PromiseRejectedResult).reason).toBeInstanceOf(Unroutable);
  });

  it('rejects what the broker refuses', async () => {
    await using it = await broker({ 'x-max-length': 1, 'x-overflow': 'reject-publish' });
    await using publisher = await publishing(it.url);
    await publisher.publish(message());
    await expect(publisher.publish(message())).rejects.toBeInstanceOf(Nacked);
  });

  it('gives up a message the broker does not confirm in time, and goes on when it does again', async () => {
    await using it = await broker();
    await using proxy = await tcpProxy(it.url);
    await using publisher = await publishing(proxy.url, { confirmTimeoutMs: 200 });
    proxy.freeze('to-client');
    await expect(publisher.publish(message())).rejects.toBeInstanceOf(ConfirmTimeout);
    expect(publisher.status().problems).toEqual(['messages the broker has not confirmed in time: 1']);
    proxy.resume();
    await publisher.publish(message());
    expect(publisher.status()).toEqual({ connected: true, blocked: false, problems: [] });
  });

  it('says which alarm the broker has, for as long as it has it', async () => {
    await using it = await broker();
    await using proxy = await tcpProxy(it.url);
    await using publisher = await publishing(proxy.url);
    for (const [reason, alarm] of [
      ['low on memory', 'memory alarm'],
      ['low on disk', 'disk alarm'],
      ['low on disk & memory', 'memory and disk alarm'],
      ['tired', 'resource alarm'],
    ] as const) {
      alarmBegins(proxy, reason);
      const problems = [`the broker is blocking publishers: ${alarm}`];
      await eventually(() => expect(publisher.status()).toEqual({ connected: true, blocked: true, problems }));
    }
    alarmEnds(proxy);
    await eventually(() => expect(publisher.status()).toEqual({ connected: true, blocked: false, problems: [] }));
  });

  it('keeps no more than the window on its way, and holds the rest back', async () => {
    await using it = await broker();
    await using proxy = await tcpProxy(it.url);
    await using publisher = await publishing(proxy.url, { window: 5, confirmTimeoutMs: 10_000 });
    proxy.freeze('to-client');
    const all = Promise.all(Array.from({ length: 12 }, () => publisher.publish(message())));
    await eventually(async () => expect(await it.raw.ready('taken')).toBe(5));
    proxy.resume();
    await all;
    expect(await it.raw.ready('taken')).toBe(12);
  });

  it('frees the window only by an answer: messages given up do not pile up in a silent broker', async () => {
    await using it = await broker();
    await using proxy = await tcpProxy(it.url);
    await using publisher = await publishing(proxy.url, { window: 2, confirmTimeoutMs: 150 });
    proxy.freeze('to-client');
    const late = await Promise.allSettled(Array.from({ length: 6 }, () => publisher.publish(message())));
    expect(late.every(({ status }) => status === 'rejected')).toBe(true);
    expect(await it.raw.ready('taken')).toBe(2);
    proxy.resume();
    await publisher.publish(message());
    expect(await it.raw.ready('taken')).toBe(3);
  });

  it('rejects what was not confirmed when the connection breaks, reconnects, and publishes again', async () => {
    await using it = await broker();
    await using proxy = await tcpProxy(it.url);
    await using publisher = await publishing(proxy.url);
    proxy.freeze('to-client');
    const lost = publisher.publish(message());
    await eventually(async () => expect(await it.raw.ready('taken')).toBe(1));
    proxy.cut({ refusing: true });
    await expect(lost).rejects.toBeInstanceOf(Disconnected);
    await expect(publisher.publish(message())).rejects.toBeInstanceOf(Disconnected);
    expect(publisher.status()).toMatchObject({
      connected: false,
      problems: [expect.stringContaining('no connection')],
    });
    proxy.resume();
    await eventually(() => publisher.publish(message()));
  });

  it('reconnects when an operator closes its connection', async () => {
    await using it = await broker();
    await using publisher = await publishing(it.url);
    expect(await it.vhost.management.killConnections((name) => name === 'signup relay')).toBe(1);
    await eventually(() => publisher.publish(message()));
  });

  it('makes a new channel when the broker closed it for one bad message', async () => {
    await using it = await broker();
    await using publisher = await publishing(it.url);
    await expect(publisher.publish(message({ exchange: 'missing' }))).rejects.toThrow(/no exchange 'missing'/);
    await eventually(() => publisher.publish(message()));
  });

  it('rejects a message that cannot be encoded and goes on with the others', async () => {
    await using it = await broker();
    await using publisher = await publishing(it.url);
    await expect(publisher.publish(message({ headers: { huge: 'x'.repeat(70_000) } }))).rejects.toBeInstanceOf(
      RangeError,
    );
    await publisher.publish(message());
  });

  it('connects by itself when the broker was away at the start', async () => {
    await using it = await broker();
    await using proxy = await tcpProxy(it.url);
    proxy.cut({ refusing: true });
    await using publisher = await publishing(proxy.url);
    expect(publisher.status().connected).toBe(false);
    proxy.resume();
    await eventually(() => publisher.publish(message()));
  });

  it('forgets messages it gave up before they were sent', async () => {
    await using it = await broker();
    await using proxy = await tcpProxy(it.url);
    await using publisher = await publishing(proxy.url, { window: 1, confirmTimeoutMs: 100 });
    proxy.freeze('to-client');
    await expect(publisher.publish(message())).rejects.toBeInstanceOf(ConfirmTimeout);
    const giveUp = async () => {
      const body = Buffer.alloc(100_000);
      await expect(publisher.publish(message({ body }))).rejects.toBeInstanceOf(ConfirmTimeout);
      return new WeakRef(body);
    };
    const body = await giveUp();
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    await eventually(() => {
      collectGarbage();
      expect(body.deref()).toBeUndefined();
    });
  });

  it('does not wait for a silent broker when it closes', async () => {
    await using it = await broker();
    await using proxy = await tcpProxy(it.url);
    const publisher = await publishing(`${proxy.url}?heartbeat=600`, { confirmTimeoutMs: 600_000 });
    proxy.freeze('to-client');
    const lost = expect(publisher.publish(message())).rejects.toBeInstanceOf(Disconnected);
    await eventually(async () => expect(await it.raw.ready('taken')).toBe(1));
    await publisher.close();
    await lost;
  });

  it('waits for the confirms before it closes', async () => {
    await using it = await broker();
    const publisher = await publishing(it.url);
    const sent = Promise.all(Array.from({ length: 100 }, () => publisher.publish(message())));
    await publisher.close();
    await sent;
    expect(await it.raw.ready('taken')).toBe(100);
  });
});
