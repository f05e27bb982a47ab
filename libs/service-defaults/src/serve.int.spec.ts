import { UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, factPublisher, spanSink, tcpProxy } from '@tributary/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { run } from '../fixtures/child.ts';
import { Greeters } from '../fixtures/greeters.ts';
import type { Surroundings } from '../fixtures/surroundings.ts';

jest.setTimeout(60_000);

const greeters = new Greeters();
const query: Surroundings['query'] = (...args) => greeters.surroundings.query(...args);

/** A relay waits for a confirm. */
const HELD = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name ~ 'relay \\d' AND state = 'idle in transaction'`;

describe('serve and relay', () => {
  it('carry a fact from the outbox to the handler, are ready, and stop in order on SIGTERM', async () => {
    const processes = [greeters.start('serve'), greeters.start('relay')];
    await Promise.all(processes.map((child) => child.ready()));
    const event = exampleEvent(UserSignedUp);
    await query('INSERT INTO messaging.outbox (event_id, type, stated_at, body) VALUES ($1, $2, now(), $3)', [
      event.id,
      event.type,
      JSON.stringify(event),
    ]);
    await eventually(
      async () => (await query('SELECT FROM greeting WHERE user_id = $1', [event.data.userId])).length === 1,
    );
    for (const child of processes) child.process.kill('SIGTERM');
    expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual([0, 0]);
    for (const { output } of processes) expect(output).toMatch(/"msg":"stopped"}\s*$/);
    // The management API counts once in a while: not a number at first.
    await eventually(async () => {
      const quiet = { 'greeter.user.signed-up.v1': 0, 'greeter.dead': 0 };
      expect(await greeters.surroundings.vhost.management.depths()).toMatchObject(quiet);
    });
  });

  it('are one service and two instances in one trace: stored, sent, processed', async () => {
    await using sink = await spanSink();
    const otlp = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_BSP_SCHEDULE_DELAY: '50' };
    await Promise.all([greeters.start('serve', otlp), greeters.start('relay', otlp)].map((child) => child.ready()));
    const event = exampleEvent(UserSignedUp);
    const [traceId, stored] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    await query(
      'INSERT INTO messaging.outbox (event_id, type, stated_at, body, traceparent) VALUES ($1, $2, now(), $3, $4)',
      [event.id, event.type, JSON.stringify(event), `00-${traceId}-${stored}-01`],
    );
    const process = await sink.waitFor(({ name }) => name === 'process greeter.user.signed-up.v1');
    const send = await sink.waitFor((span) => span.name === 'send events' && span.traceId === traceId);
    expect(send).toMatchObject({ traceId, parentSpanId: stored, service: 'greeter' });
    expect(process).toMatchObject({ traceId, parentSpanId: send.spanId, service: 'greeter' });
    // What keeps their metrics apart: job is the service, instance is this.
    expect([send.instance, process.instance]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
    expect(send.instance).not.toBe(process.instance);
  });

  it('serve refuses to start when a migration is not applied', async () => {
    await query('DROP TABLE greeting');
    await query('DELETE FROM _prisma_migrations');
    const child = greeters.start();
    expect(await child.ended).toBe(1);
    expect(child.output).toContain('migration 0001_greeting is not applied');
    await run(['setup'], greeters.env);
  });

  it('serve refuses to start when the queues were declared for other handlers', async () => {
    await query(`UPDATE messaging.setup SET value = jsonb_set(value, '{hash}', '"other"')`);
    const child = greeters.start();
    expect(await child.ended).toBe(1);
    expect(child.output).toContain('its queues were declared for other handlers or settings');
    await run(['setup'], greeters.env);
  });
});

describe('an end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s while it waits for the database is a clean one', async (signal) => {
    const database = await tcpProxy(greeters.env['DATABASE_URL'] ?? '');
    database.cut({ refusing: true });
    const child = greeters.start('serve', { DATABASE_URL: database.url });
    await child.says('waiting for the database at 127.0.0.1');
    child.process.kill(signal);
    expect(await child.ended).toBe(0);
    await database.close();
  });

  it('makes it unready at once, and names what hangs when it takes too long', async () => {
    const child = greeters.start('serve', { MISBEHAVE: 'hang' });
    await child.ready();
    child.process.kill('SIGTERM');
    await eventually(async () => (await child.readiness()).code === 503);
    expect(await child.readiness()).toMatchObject({ status: 'not ready', problems: ['stopping'] });
    expect(await child.ended).toBe(1);
    expect(child.output).toContain('"hanging":"application"');
  });

  it('is a clean one for a relay whose broker answers nothing, and the fact waits', async () => {
    await query('DELETE FROM messaging.outbox'); // each serve has left its announcement there
    await using broker = await tcpProxy(greeters.env['AMQP_URL'] ?? '');
    const child = greeters.start('relay', { AMQP_URL: broker.url });
    await child.ready();
    broker.freeze();
    const event = exampleEvent(UserSignedUp);
    await query('INSERT INTO messaging.outbox (event_id, type, stated_at, body) VALUES ($1, $2, now(), $3)', [
      event.id,
      event.type,
      JSON.stringify(event),
    ]);
    await eventually(async () => (await query(HELD)).length === 1);
    child.process.kill('SIGTERM');
    expect(await child.ended).toBe(0);
    expect(await query('DELETE FROM messaging.outbox WHERE event_id = $1 RETURNING 1', [event.id])).toHaveLength(1);
  });

  it.each(['serve', 'relay'])(
    'is a clean one for a %s with work under way, although neither server answers any more',
    async (command) => {
      await query('DELETE FROM messaging.outbox');
      await using broker = await tcpProxy(greeters.env['AMQP_URL'] ?? '');
      await using database = await tcpProxy(greeters.env['DATABASE_URL'] ?? '');
      const child = greeters.start(command, { AMQP_URL: broker.url, DATABASE_URL: database.url });
      await child.ready();
      const event = exampleEvent(UserSignedUp, { userId: crypto.randomUUID() });
      if (command === 'serve') {
        await query(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$`);
        await query('CREATE TRIGGER slow BEFORE INSERT ON greeting FOR EACH ROW EXECUTE FUNCTION slow()');
        const publisher = await factPublisher(greeters.env['AMQP_URL'] ?? '');
        await publisher.publish([event]).finally(() => publisher.close());
        const asleep = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
        await eventually(async () => (await query(asleep)).length === 1);
        broker.freeze();
        database.freeze();
      } else {
        broker.freeze();
        await query('INSERT INTO messaging.outbox (event_id, type, stated_at, body) VALUES ($1, $2, now(), $3)', [
          event.id,
          event.type,
          JSON.stringify(event),
        ]);
        await eventually(async () => (await query(HELD)).length === 1);
        database.freeze();
      }
      child.process.kill('SIGTERM');
      expect(await child.ended).toBe(0);
      expect(child.output).toContain(`"msg":"stopped"}`);
      await query('DROP FUNCTION IF EXISTS slow CASCADE');
    },
  );

  it('comes at once when it is asked for twice', async () => {
    const child = greeters.start('serve', { MISBEHAVE: 'hang' });
    await child.ready();
    child.process.kill('SIGTERM');
    await child.says('stopping: SIGTERM');
    child.process.kill('SIGINT');
    expect(await child.ended).toBe(1);
    expect(child.output).toContain('SIGINT again: ending at once');
    expect(child.output).not.toContain('"hanging"');
  });

  it.each([
    ['throw', 'an error nobody caught', 'nobody catches this'],
    ['reject', 'a rejection nobody handled', 'nobody handles this'],
    ['refuse', 'could not start', 'the module says no'],
  ])('with 1 and a log line follows when it does %s', async (misbehave, says, message) => {
    const child = greeters.start('serve', { MISBEHAVE: misbehave });
    expect(await child.ended).toBe(1);
    expect(child.output).toMatch(new RegExp(`"level":"fatal".*"message":"${message}","stack".*${says}`));
  });

  it('with 1 follows when its health port is taken', async () => {
    const first = greeters.start('serve');
    await first.ready();
    const port = /"port":(\d+)/.exec(first.output)?.[1] ?? '';
    const second = greeters.start('serve', { HEALTH_PORT: port });
    expect(await second.ended).toBe(1);
    expect(second.output).toContain(`"msg":"HEALTH_PORT ${port} is taken (EADDRINUSE): choose another"`);
    expect(second.output).not.toContain('"stack"');
  });
});
