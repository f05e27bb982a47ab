import { expect, it } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, testVhost } from '@tributary/testing';
import { applyTopology } from './apply-topology.ts';
import { offsetOf } from './log-record.ts';
import { LogSubscription } from './log-subscription.ts';
import { rawClient } from './service.fixture.ts';
import { topologyOf } from './topology.ts';

it('begins with what the broker took at a time, or with all there is when that was earlier', async () => {
  await using vhost = await testVhost();
  await applyTopology(vhost.url, topologyOf({ service: 'email', handlers: [], retryDelaysMs: [] }));
  await using raw = await rawClient(vhost.url);
  const state = () => raw.publish(exampleEvent(UserSignedUp));
  const firstOffset = async (from: Date) => {
    const subscription = await LogSubscription.open(raw.connection, from, 100);
    const [message] = await subscription.take(1, AbortSignal.timeout(10_000));
    await subscription.close();
    return message && offsetOf(message);
  };
  await state();
  const began = Date.now();
  // The broker and this process share a clock; AMQP tells whole seconds.
  await eventually(() => Math.floor(Date.now() / 1_000) > Math.floor(began / 1_000) + 1);
  const later = new Date();
  await state();
  expect(await firstOffset(later)).toBe(1);
  expect(await firstOffset(new Date(began - 3_600_000))).toBe(0);
});
