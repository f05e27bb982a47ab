import { describe, expect, it } from '@jest/globals';
import { type Event, MailSent, UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, tcpProxy } from '@tributary/testing';
import { applyTopology } from './apply-topology.ts';
import { logWith, reading, topology } from './log-reader.fixture.ts';
import type { LogRecord } from './log-record.ts';
import { EVENT_LOG, Header } from './names.ts';
import { eventLog } from './queue-arguments.ts';

/** The broker counts per channel every five seconds, and later when it is busy. */
const LAGGING = { timeoutMs: 20_000 };

const ids = (events: Pick<Event, 'id'>[]) => events.map(({ id }) => id);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('the log reader', () => {
  it('hands over every fact once, in order, in batches, first what is there and then what comes', async () => {
    await using log = await logWith(120);
    await using reader = reading({ url: log.vhost.url, batchSize: 50 });
    await eventually(() => expect(reader.records).toHaveLength(120));
    const more = await log.state(10);
    await eventually(() => expect(reader.records).toHaveLength(130));
    expect(ids(reader.records.map(({ event }) => event))).toEqual(ids([...log.events, ...more]));
    expect(reader.offsets()).toEqual(range(0, 130));
    expect(Math.max(...reader.sizes)).toBeLessThanOrEqual(50);
    expect(reader.reader.health()).toEqual({ problems: [] });
  });

  it('is sent one batch more while it handles one, however many wait, and so finds the next one whole', async () => {
    await using log = await logWith(350);
    const batches: number[] = [];
    const gate = Promise.withResolvers<void>();
    const handle = (batch: LogRecord[]) => (batches.push(batch.length), gate.promise);
    await using _reader = reading({ url: log.vhost.url, handle });
    using _opens = { [Symbol.dispose]: gate.resolve };
    await eventually(() => expect(batches).toHaveLength(1));
    await eventually(async () => {
      type Channel = { prefetch_count: number; messages_unacknowledged: number };
      const channels = await log.vhost.management.call<Channel[]>('GET', `/vhosts/${log.vhost.name}/channels`);
      const its = channels.find(({ prefetch_count }) => prefetch_count === 200);
      // Not always the 200 alone: 3.10 finishes the chunk it is in, and 281 have been seen.
      expect(its?.messages_unacknowledged).toBeGreaterThanOrEqual(200);
    }, LAGGING);
    gate.resolve();
    await eventually(() => expect(batches.reduce((sum, size) => sum + size, 0)).toBe(350));
    expect(batches[1]).toBe(100);
    expect(Math.max(...batches)).toBeLessThanOrEqual(100);
  }, 45_000);

  it('hands over what the message says: envelope, data, bytes, time of publishing, trace', async () => {
    await using log = await logWith(0);
    const event = { ...exampleEvent(MailSent), type: 'nobody.knows-it.v7', data: { any: ['thing'] } };
    const body = Buffer.from(`${JSON.stringify(event)}\n`);
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const headers = { [Header.publishedAt]: 1_790_000_000_123, traceparent };
    await log.raw.publishRaw(event.type, body, { headers });
    await log.raw.publishRaw(event.type, body, { headers: { [Header.publishedAt]: 9e99, traceparent: 5 } });
    await using reader = reading({ url: log.vhost.url });
    await eventually(() => expect(reader.records).toHaveLength(2));
    expect(reader.records[0]).toEqual({
      offset: 0,
      event,
      body,
      publishedAt: new Date(1_790_000_000_123),
      traceparent,
    });
    expect(reader.records[1]).toEqual({ offset: 1, event, body });
  });

  it('goes on in the middle of what was published together, and reads nothing twice', async () => {
    await using log = await logWith(100);
    await using reader = reading({ url: log.vhost.url, position: async () => ({ next: 37 }) });
    await eventually(() => expect(reader.records).toHaveLength(63));
    await log.state(1);
    await eventually(() => expect(reader.records).toHaveLength(64));
    expect(reader.offsets()).toEqual(range(37, 101));
  });

  it('goes on after the last record, waiting for the next', async () => {
    await using log = await logWith(5);
    await using reader = reading({ url: log.vhost.url, position: async () => ({ next: 5 }) });
    await eventually(() => expect(reader.reader.health().problems).toEqual([]));
    await log.state(1);
    await eventually(() => expect(reader.offsets()).toEqual([5]));
  });

  it('comes back after its connection was cut, without gap or repeat', async () => {
    await using log = await logWith(30);
    await using proxy = await tcpProxy(log.vhost.url);
    await using reader = reading({ url: proxy.url, batchSize: 20 });
    for (let round = 1; round <= 3; round++) {
      await eventually(() => expect(reader.records).toHaveLength(30 * round));
      proxy.cut({ refusing: true });
      await eventually(() => expect(reader.reader.health().problems).toEqual([expect.stringContaining('broker')]));
      await log.state(30);
      proxy.resume();
    }
    await eventually(() => expect(reader.offsets()).toEqual(range(0, 120)));
    expect(reader.reader.health()).toEqual({ problems: [] });
  });

  it('reads a batch again that could not be handled, and says so meanwhile', async () => {
    await using log = await logWith(10);
    const seen: number[][] = [];
    let failing = true;
    let position = 0;
    await using reader = reading({
      url: log.vhost.url,
      batchSize: 4,
      position: async () => ({ next: position }),
      handle: async (batch) => {
        seen.push(batch.map(({ offset }) => offset));
        if (failing && batch.some(({ offset }) => offset === 5)) throw new Error('the database is away');
        position = (batch.at(-1)?.offset ?? 0) + 1;
      },
    });
    const said = [expect.stringMatching(/^what the event log has from offset \d on cannot be handled$/)];
    await eventually(() => expect(reader.reader.health().problems).toEqual(said));
    await eventually(() => expect(seen.filter((batch) => batch.includes(5)).length).toBeGreaterThan(2));
    failing = false;
    await eventually(() => expect(position).toBe(10));
    expect(reader.reader.health()).toEqual({ problems: [] });
    expect(seen.slice(seen.findLastIndex((batch) => batch.includes(5))).flat()).toEqual(
      expect.arrayContaining(range(6, 10)),
    );
  });

  it('asks again where to read on when that is not known', async () => {
    await using log = await logWith(3);
    let known = false;
    const position = async () => {
      if (!known) throw new Error('the database is away');
      return { next: 1 };
    };
    await using reader = reading({ url: log.vhost.url, position });
    const said = ['where to read on in the event log is not known'];
    await eventually(() => expect(reader.reader.health().problems).toEqual(said));
    known = true;
    await eventually(() => expect(reader.offsets()).toEqual([1, 2]));
  });

  it('skips what is no event, also when a batch has nothing else', async () => {
    await using log = await logWith(1);
    const { id: _, ...withoutId } = exampleEvent(UserSignedUp);
    const bodies = ['not json', 'null', '"text"', JSON.stringify(withoutId), JSON.stringify({ ...withoutId, id: 'x' })];
    for (const body of bodies) await log.raw.publishRaw('user.signed-up.v1', Buffer.from(body));
    await log.state(1);
    await using reader = reading({ url: log.vhost.url, batchSize: 2 });
    await eventually(() => expect(reader.offsets()).toEqual([0, 6]));
  });

  it('waits for a log that is missing, and for one that was deleted while it read', async () => {
    await using log = await logWith(2);
    await log.raw.channel.deleteQueue(EVENT_LOG);
    await using reader = reading({ url: log.vhost.url, position: async () => 'first' });
    const missing = { problems: [`queue ${EVENT_LOG} is missing: run setup`] };
    await eventually(() => expect(reader.reader.health()).toEqual(missing));
    await applyTopology(log.vhost.url, topology);
    await eventually(() => expect(reader.reader.health()).toEqual({ problems: [] }));
    await log.state(1);
    await eventually(() => expect(reader.offsets()).toEqual([0]));
    await log.raw.channel.deleteQueue(EVENT_LOG);
    await eventually(() => expect(reader.reader.health()).toEqual(missing));
  });

  it('says that the log ends before the position: it was lost, and another one was made', async () => {
    await using log = await logWith(5);
    await using upToDate = reading({ url: log.vhost.url, position: async () => ({ next: 5 }) });
    await eventually(() => expect(upToDate.reader.health().problems).toEqual([]));
    await using reader = reading({ url: log.vhost.url, position: async () => ({ next: 1_000 }) });
    const said = ['the event log ends before offset 1000: it is not the one that was read up to there'];
    await eventually(() => expect(reader.reader.health().problems).toEqual(said), { timeoutMs: 20_000 });
    expect(upToDate.reader.health().problems).toEqual([]);
    await log.state(20);
    await eventually(() => expect(upToDate.records).toHaveLength(20));
    expect(reader.reader.health().problems).toEqual(said);
  }, 30_000);

  it('reads another log than was read from its first record, although it is as long by now', async () => {
    await using log = await logWith(5);
    await using reader = reading({ url: log.vhost.url });
    await eventually(() => expect(reader.records).toHaveLength(5));
    await log.raw.channel.deleteQueue(EVENT_LOG);
    await applyTopology(log.vhost.url, topology);
    const others = await log.state(8);
    await eventually(() => expect(reader.records).toHaveLength(13));
    expect(ids(reader.records.slice(5).map(({ event }) => event))).toEqual(ids(others));
    expect(reader.reader.health()).toEqual({ problems: [] });
  });

  it('begins with what there is when its position is no longer in the log, and shows it by the offset', async () => {
    await using log = await logWith(0);
    await log.raw.channel.deleteQueue(EVENT_LOG);
    const small = { ...eventLog(), 'x-max-length-bytes': 100_000, 'x-stream-max-segment-size-bytes': 50_000 };
    await log.raw.channel.assertQueue(EVENT_LOG, { arguments: small });
    await log.raw.channel.bindQueue(EVENT_LOG, 'events', '#');
    for (let i = 0; i < 20; i++) await log.state(100);
    const [last] = await log.state(1);
    await using reader = reading({ url: log.vhost.url, position: async () => ({ next: 7 }) });
    await eventually(() => expect(reader.records.at(-1)?.event).toEqual(last));
    expect(reader.offsets()[0]).toBeGreaterThan(7);
    expect(reader.reader.health()).toEqual({ problems: [] });
  });

  it('ends at once when nothing is being handled, also while the broker is away', async () => {
    await using log = await logWith(1);
    await using proxy = await tcpProxy(log.vhost.url);
    const idle = reading({ url: log.vhost.url });
    await eventually(() => expect(idle.records).toHaveLength(1));
    await idle.stop();
    expect(idle.reader.health().problems).not.toEqual([]);
    proxy.cut({ refusing: true });
    const away = reading({ url: proxy.url });
    await eventually(() => expect(away.reader.health().problems[0]).toContain('no connection'));
    await away.stop();
    const never = reading({ url: log.vhost.url });
    await never.stop();
    expect(never.records).toEqual([]);
  });

  it('waits for the batch that is being handled, and takes no other', async () => {
    await using log = await logWith(10);
    const [begun, may] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const done: number[] = [];
    const reader = reading({
      url: log.vhost.url,
      batchSize: 1,
      handle: async ([record]) => {
        begun.resolve();
        await may.promise;
        done.push(record?.offset ?? -1);
      },
    });
    await begun.promise;
    let ended = false;
    const stopped = reader.stop().then(() => (ended = true));
    await log.state(1); // a round trip, in which it could have ended
    expect(ended).toBe(false);
    may.resolve();
    await stopped;
    expect(done).toEqual([0]);
  });
});
