import { UserSignedUp } from '@tributary/contracts';
import { exampleEvent, testVhost } from '@tributary/testing';
import { applyTopology } from './apply-topology.ts';
import { type LogPlace, LogReader, type LogReaderOptions } from './log-reader.ts';
import type { LogRecord } from './log-record.ts';
import { rawClient } from './service.fixture.ts';
import { topologyOf } from './topology.ts';

export const topology = topologyOf({ service: 'analytics', handlers: [], retryDelaysMs: [] });

/** A vhost whose log has `count` facts in it, in this order. */
export async function logWith(count: number) {
  const vhost = await testVhost();
  await applyTopology(vhost.url, topology);
  const raw = await rawClient(vhost.url);
  const state = async (howMany: number) => {
    const events = Array.from({ length: howMany }, () => exampleEvent(UserSignedUp));
    await Promise.all(events.map((event) => raw.publish(event)));
    return events;
  };
  const dispose = async () => {
    await raw.close();
    await vhost.delete();
  };
  return { vhost, raw, state, events: await state(count), [Symbol.asyncDispose]: dispose };
}

interface Reading extends Partial<LogReaderOptions> {
  url: string;
  position?: () => Promise<LogPlace | 'first'>;
  handle?: (batch: LogRecord[]) => Promise<void>;
}

/** A reader that commits its position with every batch, as a projection does. */
export function reading({ url, position, handle, ...options }: Reading) {
  const records: LogRecord[] = [];
  const sizes: number[] = [];
  const controller = new AbortController();
  const reader = new LogReader({ url, name: 'analytics log', ...options });
  const place = (): LogPlace | 'first' => {
    const last = records.at(-1);
    return last ? { next: last.offset + 1, lastId: last.event.id } : 'first';
  };
  const run = reader.run({
    position: position ?? (async () => place()),
    handle:
      handle ??
      (async (batch) => {
        records.push(...batch);
        sizes.push(batch.length);
      }),
    signal: controller.signal,
  });
  const stop = () => {
    controller.abort();
    return run;
  };
  const offsets = () => records.map(({ offset }) => offset);
  return { reader, records, sizes, offsets, stop, [Symbol.asyncDispose]: stop };
}
