import { describe, expect, it } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { startTelemetry } from '@tributary/telemetry';
import { eventually, exampleEvent, recordCounts, testVhost } from '@tributary/testing';
import { EventIdReused, PermanentFailure } from './errors.ts';
import { Header } from './names.ts';
import { handling, QUEUE, rawClient, startService } from './service.fixture.ts';

const DEAD = 'email.dead';

describe('the delivery policy', () => {
  it('tries again tier by tier, then declares the message dead with reason and source queue', async () => {
    await using vhost = await testVhost();
    const attempts: [number, number][] = [];
    const handler = handling((_event, { attempt }) => {
      attempts.push([attempt, performance.now()]);
      throw new TypeError('the database is away');
    });
    await using _service = await startService(vhost.url, { handlers: [handler], retryDelaysMs: [30, 90] });
    await using raw = await rawClient(vhost.url);
    const event = exampleEvent(UserSignedUp);
    await raw.publish(event, { headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } });
    const dead = await eventually(() => raw.take(DEAD));
    expect(attempts.map(([attempt]) => attempt)).toEqual([1, 2, 3]);
    const [first, second, third] = attempts.map(([, at]) => at) as [number, number, number];
    expect(second - first).toBeGreaterThanOrEqual(30 - 1);
    expect(third - second).toBeGreaterThanOrEqual(90 - 1);
    expect(JSON.parse(dead.content.toString())).toEqual(event);
    expect(dead.properties).toMatchObject({ messageId: event.id, type: event.type, deliveryMode: 2 });
    expect(dead.properties.headers).toMatchObject({
      [Header.reason]: 'attempts-exhausted',
      [Header.sourceQueue]: QUEUE,
      [Header.attempts]: 3,
      [Header.error]: 'TypeError: the database is away',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    await eventually(async () => {
      const { [DEAD]: _, ...others } = await vhost.management.depths();
      expect(Object.values(others).every((depth) => depth === 0)).toBe(true);
    });
  });

  it('lets a message that succeeds on the second attempt go', async () => {
    await using vhost = await testVhost();
    const attempts: number[] = [];
    const handler = handling((_event, { attempt }) => {
      if (attempts.push(attempt) === 1) throw new Error('once');
    });
    const service = await startService(vhost.url, { handlers: [handler] });
    await using raw = await rawClient(vhost.url);
    await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(attempts).toEqual([1, 2]));
    await service.close();
    expect([await raw.ready(QUEUE), await raw.ready(DEAD)]).toEqual([0, 0]);
  });

  it('declares a permanent failure dead at once', async () => {
    await using vhost = await testVhost();
    let runs = 0;
    const handler = handling(() => {
      runs++;
      throw new PermanentFailure('550 no such mailbox', { code: 'EMAIL_REFUSED' });
    });
    await using _service = await startService(vhost.url, { handlers: [handler] });
    await using raw = await rawClient(vhost.url);
    await raw.publish(exampleEvent(UserSignedUp));
    const dead = await eventually(() => raw.take(DEAD));
    expect(dead.properties.headers).toMatchObject({ [Header.reason]: 'permanent-failure', [Header.attempts]: 1 });
    expect(dead.properties.headers?.[Header.error]).toBe('PermanentFailure: 550 no such mailbox');
    expect(runs).toBe(1);
  });

  it('counts what is dead by its reason', async () => {
    const { counts, dispose } = recordCounts();
    startTelemetry('email');
    await using vhost = await testVhost();
    const handler = handling(() => {
      throw new EventIdReused('another came first');
    });
    await using _service = await startService(vhost.url, { handlers: [handler] });
    await using raw = await rawClient(vhost.url);
    await raw.publish(exampleEvent(UserSignedUp));
    const dead = { 'messaging.destination.name': QUEUE, outcome: 'dead', reason: 'event-id-reused' };
    await eventually(() => expect(counts).toContainEqual({ name: 'tributary.deliveries', attributes: dead }));
    dispose();
  });

  it('counts a handler that takes too long as failed, and tells it so', async () => {
    await using vhost = await testVhost();
    const reasons: unknown[] = [];
    const handler = handling(
      (_event, { signal }) =>
        new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            resolve();
          });
        }),
      { timeoutMs: 60 },
    );
    await using _service = await startService(vhost.url, { handlers: [handler], retryDelaysMs: [10] });
    await using raw = await rawClient(vhost.url);
    await raw.publish(exampleEvent(UserSignedUp));
    const dead = await eventually(() => raw.take(DEAD));
    expect(dead.properties.headers?.[Header.error]).toBe('HandlerTimeout: Handlers.react took longer than 60 ms');
    expect(dead.properties.headers).toMatchObject({ [Header.reason]: 'attempts-exhausted', [Header.attempts]: 2 });
    expect(reasons).toHaveLength(2);
  });

  it('puts a message back when it can go neither to a tier nor to the dead, and loses nothing', async () => {
    await using vhost = await testVhost();
    let fail = true;
    let runs = 0;
    const handler = handling(() => {
      runs++;
      if (fail) throw new Error('not yet');
    });
    await using service = await startService(vhost.url, { handlers: [handler] });
    await using raw = await rawClient(vhost.url);
    await raw.channel.deleteExchange('email.retry.50');
    await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(runs).toBeGreaterThanOrEqual(3));
    await eventually(() =>
      expect(service.consumer.health().problems).toContain('exchange email.retry.50 is missing: run setup'),
    );
    fail = false;
    const before = runs;
    await eventually(() => expect(runs).toBeGreaterThan(before));
    await service.close();
    expect([await raw.ready(QUEUE), await raw.ready(DEAD)]).toEqual([0, 0]);
  });

  it('does not believe an attempt count that is none', async () => {
    await using vhost = await testVhost();
    const attempts: number[] = [];
    await using _service = await startService(vhost.url, { handlers: [handling((_e, d) => attempts.push(d.attempt))] });
    await using raw = await rawClient(vhost.url);
    for (const count of ['7', -3, 1.5])
      await raw.publish(exampleEvent(UserSignedUp), { headers: { [Header.attempts]: count } });
    await eventually(() => expect(attempts).toEqual([1, 1, 1]));
  });
});
