import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MailSent, UserSignedUp, type Event } from '@tributary/contracts';
import { Publisher } from '@tributary/messaging';
import { contextFrom, inEventScope } from '@tributary/telemetry';
import { eventually, exampleEvent } from '@tributary/testing';
import { Nudge, Relay } from './index.ts';
import { facts, idsOf, stage } from './stage.fixture.ts';

/** So long that a test which waits for a poll fails. */
const NEVER_POLLS = { first: 60_000, last: 60_000 };
/** A fact that nobody hears: no queue is bound for it. */
const unheard = (): Event => ({ ...exampleEvent(UserSignedUp), type: 'thing.never-heard.v1' });

describe('the relay', () => {
  let on: Awaited<ReturnType<typeof stage>>;
  beforeAll(async () => {
    on = await stage();
  });
  afterEach(() => on.clear());
  afterAll(() => on.tearDown());

  /** Every loop has looked once and found nothing: from here on it needs waking. */
  const asleep = (loops: number) =>
    eventually(async () => {
      const { rowCount } = await on.database.pool.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name ~ '^tributary relay \\d'
           AND state = 'idle' AND query = 'COMMIT'`,
      );
      return rowCount === loops;
    });

  it('publishes the stored bytes in the stored trace and deletes the row', async () => {
    const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'vendor=1' };
    const cause = exampleEvent(MailSent);
    const event = exampleEvent(UserSignedUp, {}, cause);
    // No contract accepts it: the relay does not decide that.
    event.data.displayName = 'Zoë {"\\"} \u0000 \ud800 😀';
    await inEventScope(cause, contextFrom(trace), () => on.state(event));

    await on.startRelay();
    await on.empty();
    const [message, ...more] = await on.heard();
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      exchange: 'events',
      routing_key: 'user.signed-up.v1',
      body: Buffer.from(JSON.stringify(event)),
      properties: {
        message_id: event.id,
        type: 'user.signed-up.v1',
        content_type: 'application/cloudevents+json',
        delivery_mode: 2,
        timestamp: Math.floor(Date.parse(event.time) / 1000),
        headers: {
          traceparent: trace.traceparent, // nothing is exported here: no span of the relay's own in between
          tracestate: 'vendor=1',
          'tributary-published-at': expect.any(Number),
        },
      },
    });
  });

  it('publishes every row once with two relays at work', async () => {
    const events = facts(600);
    await on.state(...events);
    const atWork = new Set<number>();
    const { promise: bothAtWork, resolve } = Promise.withResolvers<void>();
    for (const index of [1, 2]) {
      const { publisher } = await on.startRelay({ windowSize: 50, loops: 2 });
      const publish = publisher.publish.bind(publisher);
      publisher.publish = async (message) => {
        if (atWork.add(index).size === 2) resolve();
        await bothAtWork; // so that neither has done it all before the other begins
        return publish(message);
      };
    }
    await on.empty();
    expect(await on.heardIds()).toEqual(idsOf(events));
  });

  it('is woken by a nudge and does not wait for its next poll', async () => {
    const { relay } = await on.startRelay({ pollMs: NEVER_POLLS });
    await eventually(() => relay.status().oldestAge === 0); // it listens
    await asleep(4);
    const nudge = new Nudge({ databaseUrl: on.databaseUrl });
    const events = facts(2);
    try {
      for (const event of events) {
        await on.state(event);
        nudge.send();
        await on.empty();
      }
    } finally {
      nudge.close();
    }
    expect(await on.heardIds()).toEqual(idsOf(events));
  });

  it('finds rows by polling when nobody nudges', async () => {
    const { relay } = await on.startRelay();
    await eventually(() => relay.status().problems.length === 0);
    await on.state(...facts(1));
    await on.empty();
  });

  it('puts a second loop to work when there is more than one can carry', async () => {
    const { relay, publisher } = await on.startRelay({ pollMs: NEVER_POLLS, windowSize: 5, loops: 2 });
    await eventually(() => relay.status().oldestAge === 0); // it listens
    await asleep(2);
    const publish = publisher.publish.bind(publisher);
    const inFlight = new Set<string>();
    const { promise: twoWindows, resolve } = Promise.withResolvers<void>();
    publisher.publish = async (message) => {
      if (inFlight.add(message.messageId).size === 10) resolve();
      await twoWindows; // one loop alone never gets there
      return publish(message);
    };
    const nudge = new Nudge({ databaseUrl: on.databaseUrl });
    try {
      await on.state(...facts(20));
      nudge.send();
      await on.empty();
    } finally {
      nudge.close();
    }
  });

  it('has no more bytes in flight than it can carry, however few events that are', async () => {
    const large = () => ({ ...exampleEvent(MailSent), data: { padding: 'x'.repeat(1_000_000) } });
    const { publisher } = await on.startRelay({ loops: 1 });
    const publish = publisher.publish.bind(publisher);
    let [inFlight, most] = [0, 0];
    publisher.publish = async (message) => {
      inFlight += message.body.length;
      most = Math.max(most, inFlight);
      return publish(message).finally(() => (inFlight -= message.body.length));
    };
    const events = Array.from({ length: 20 }, large);
    await on.state(...events);
    await on.empty();
    expect(most).toBeLessThan(6_000_000);
    expect(await on.heardIds()).toEqual(idsOf(events));
  });

  it('does not let 200 rows that nobody hears starve what is behind them', async () => {
    await on.state(...Array.from({ length: 200 }, unheard));
    const events = facts(300);
    await on.state(...events);
    await on.startRelay({ windowSize: 50, loops: 2 });

    await eventually(async () => (await on.heard()).length === 300);
    expect(await on.heardIds()).toEqual(idsOf(events));
    const rows = await on.rows();
    expect(rows).toHaveLength(200);
    for (const row of rows) {
      expect(row.attempts).toBeGreaterThan(0);
      expect(row.next_attempt_at.getTime()).toBeGreaterThan(row.stated_at.getTime());
      expect(row.last_error).toMatch(/^Unroutable: /);
    }
  });

  it('publishes a row that failed when its time has come', async () => {
    const event = unheard();
    await on.state(event);
    await on.startRelay();
    await eventually(async () => (await on.rows())[0]?.attempts >= 1);
    const { management, name } = on.vhost;
    await management.call('POST', `/bindings/${name}/e/events/q/heard`, { routing_key: event.type });
    await on.empty();
    await management.deleteBinding('events', 'heard');
    for (const routing_key of ['mail.*.*', 'user.*.*']) {
      await management.call('POST', `/bindings/${name}/e/events/q/heard`, { routing_key });
    }
  });

  it('knows how old the oldest waiting fact is, whether it has failed before or not', async () => {
    const { relay, publisher } = await on.startRelay();
    publisher.status = () => ({ connected: false, blocked: false, problems: [] });
    const aged = (hours: number) => ({ ...unheard(), time: new Date(Date.now() - hours * 3_600_000).toISOString() });
    const [old, older] = [aged(1), aged(2)];
    await on.state(old);
    await on.database.pool.query(`UPDATE messaging.outbox SET attempts = 1, next_attempt_at = now() + interval '1 h'`);
    await on.state(unheard());
    await eventually(() => Math.floor((relay.status().oldestAge ?? 0) / 3_600) === 1);
    await on.state(older);
    await on.database.pool.query('UPDATE messaging.outbox SET next_attempt_at = stated_at WHERE attempts = 0');
    await eventually(() => Math.floor((relay.status().oldestAge ?? 0) / 3_600) === 2);
  });

  it('forgets inbox rows that are older than the retention', async () => {
    await on.database.pool.query(`
      INSERT INTO messaging.inbox (consumer, event_id, handled_at)
      SELECT 'email', gen_random_uuid(), now() - age * interval '1 day' FROM unnest(ARRAY[6, 8]) AS age`);
    await on.startRelay({ inboxRetentionDays: 7 });
    await eventually(async () => (await on.database.pool.query('SELECT FROM messaging.inbox')).rowCount === 1);
  });

  it('finishes what is in flight when it is stopped, and takes nothing more', async () => {
    const events = facts(20);
    await on.state(...events);
    const { relay, publisher } = await on.startRelay({ windowSize: 5, loops: 1 });
    const publish = publisher.publish.bind(publisher);
    let stopped: Promise<void> | undefined;
    publisher.publish = (message) => {
      stopped ??= relay.stop();
      return publish(message);
    };
    await eventually(() => stopped !== undefined);
    await stopped;
    expect(await on.rows()).toHaveLength(15);
    expect(await on.heard()).toHaveLength(5);
    await eventually(async () => {
      const { rows } = await on.database.pool.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'tributary relay%'`,
      );
      expect(rows).toEqual([]);
    });
  });

  it('refuses a confirm deadline at which the server would have taken the rows back', () => {
    const publisher = new Publisher({ url: on.vhost.url, name: 'never connected' });
    expect(() => new Relay({ databaseUrl: on.databaseUrl, publisher, confirmDeadlineMs: 5_000 })).toThrow(RangeError);
  });
});
