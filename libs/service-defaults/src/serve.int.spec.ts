import { UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, spanSink, tcpProxy } from '@tributary/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Child, run } from '../fixtures/child.ts';
import { surround, type Surroundings } from '../fixtures/surroundings.ts';

jest.setTimeout(60_000);

let surroundings: Surroundings;
let env: Record<string, string>;
const children: Child[] = [];
const query: Surroundings['query'] = (...args) => surroundings.query(...args);

/** Without a command it is `serve`. */
function start(command?: string, more: Record<string, string> = {}): Child {
  const child = new Child(command ? [command] : [], { ...env, ...more });
  children.push(child);
  return child;
}

beforeAll(async () => {
  surroundings = await surround();
  ({ env } = surroundings);
  await run(['setup'], env);
});
afterEach(async () => {
  for (const child of children) child.process.kill('SIGKILL');
  await Promise.all(children.splice(0).map(({ ended }) => ended));
});
afterAll(() => surroundings.remove());

describe('serve and relay', () => {
  it('carry a fact from the outbox to the handler, are ready, and stop in order on SIGTERM', async () => {
    const processes = [start('serve'), start('relay')];
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
      expect(await surroundings.vhost.management.depths()).toMatchObject(quiet);
    });
  });

  it('are one service and two instances in one trace: stored, sent, processed', async () => {
    await using sink = await spanSink();
    const otlp = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_BSP_SCHEDULE_DELAY: '50' };
    await Promise.all([start('serve', otlp), start('relay', otlp)].map((child) => child.ready()));
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
    const child = start();
    expect(await child.ended).toBe(1);
    expect(child.output).toContain('migration 0001_greeting is not applied');
    await run(['setup'], env);
  });

  it('serve refuses to start when the queues were declared for other handlers', async () => {
    await query(`UPDATE messaging.setup SET value = jsonb_set(value, '{hash}', '"other"')`);
    const child = start();
    expect(await child.ended).toBe(1);
    expect(child.output).toContain('its queues were declared for other handlers or settings');
    await run(['setup'], env);
  });
});

describe('an end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s while it waits for the database is a clean one', async (signal) => {
    const database = await tcpProxy(env['DATABASE_URL'] ?? '');
    database.cut({ refusing: true });
    const child = start('serve', { DATABASE_URL: database.url });
    await child.says('waiting for the database at 127.0.0.1');
    child.process.kill(signal);
    expect(await child.ended).toBe(0);
    await database.close();
  });

  it('makes it unready at once, and names what hangs when it takes too long', async () => {
    const child = start('serve', { MISBEHAVE: 'hang' });
    await child.ready();
    child.process.kill('SIGTERM');
    await eventually(async () => (await child.readiness()).code === 503);
    expect(await child.readiness()).toMatchObject({ status: 'not ready', problems: ['stopping'] });
    expect(await child.ended).toBe(1);
    expect(child.output).toContain('"hanging":"application"');
  });

  it('is a clean one for a relay whose broker answers nothing, and the fact waits', async () => {
    await query('DELETE FROM messaging.outbox'); // each serve has left its announcement there
    await using broker = await tcpProxy(env['AMQP_URL'] ?? '');
    const child = start('relay', { AMQP_URL: broker.url });
    await child.ready();
    broker.freeze();
    const event = exampleEvent(UserSignedUp);
    await query('INSERT INTO messaging.outbox (event_id, type, stated_at, body) VALUES ($1, $2, now(), $3)', [
      event.id,
      event.type,
      JSON.stringify(event),
    ]);
    const held = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name ~ 'relay \\d' AND state = 'idle in transaction'`;
    await eventually(async () => (await query(held)).length === 1);
    child.process.kill('SIGTERM');
    expect(await child.ended).toBe(0);
    expect(await query('DELETE FROM messaging.outbox WHERE event_id = $1 RETURNING 1', [event.id])).toHaveLength(1);
  });

  it('comes at once when it is asked for twice', async () => {
    const child = start('serve', { MISBEHAVE: 'hang' });
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
    const child = start('serve', { MISBEHAVE: misbehave });
    expect(await child.ended).toBe(1);
    expect(child.output).toMatch(new RegExp(`"level":"fatal".*"message":"${message}","stack".*${says}`));
  });

  it('with 1 follows when its health port is taken', async () => {
    const first = start('serve');
    await first.ready();
    const port = /"port":(\d+)/.exec(first.output)?.[1] ?? '';
    const second = start('serve', { HEALTH_PORT: port });
    expect(await second.ended).toBe(1);
    expect(second.output).toContain('EADDRINUSE');
  });
});

describe('when something is away', () => {
  it.each(['serve', 'relay'])('%s waits for its database, then starts', async (command) => {
    await using database = await tcpProxy(env['DATABASE_URL'] ?? '');
    database.cut({ refusing: true });
    const child = start(command, { DATABASE_URL: database.url });
    await child.says('waiting for the database');
    expect(await child.readiness()).toMatchObject({ code: 503 });
    database.resume();
    await child.ready();
  });

  it.each(['serve', 'relay'])(
    '%s runs without its broker, unready with the reason, until it is there',
    async (command) => {
      await using broker = await tcpProxy(env['AMQP_URL'] ?? '');
      broker.cut({ refusing: true });
      const child = start(command, { AMQP_URL: broker.url });
      await child.says(' runs"');
      // Its database connections are not there at once either.
      await eventually(async () => {
        expect(await child.readiness()).toMatchObject({
          code: 503,
          problems: [expect.stringContaining('no connection to the broker')],
        });
      });
      broker.resume();
      await child.ready();
      broker.cut({ refusing: true });
      await eventually(async () => (await child.readiness()).code === 503);
      child.process.kill('SIGTERM');
      expect(await child.ended).toBe(0);
    },
  );

  it.each(['serve', 'relay'])('%s is unready while its database is away, and live all the time', async (command) => {
    await using database = await tcpProxy(env['DATABASE_URL'] ?? '');
    const child = start(command, { DATABASE_URL: database.url });
    await child.ready();
    database.cut({ refusing: true });
    await eventually(async () => {
      const { code, problems } = await child.readiness();
      expect({ code, problem: problems[0] }).toEqual({
        code: 503,
        problem: expect.stringContaining('the database does not answer'),
      });
    });
    expect(await child.live()).toBe(200);
    database.resume();
    await child.ready();
  });

  it.each(['serve', 'relay', 'setup'])('%s does not wait for a database that refuses its login', async (command) => {
    const url = Object.assign(new URL(env['DATABASE_URL'] ?? ''), { username: 'nobody' }).href;
    const child = start(command, { DATABASE_URL: url, SETUP_DATABASE_URL: url });
    expect(await child.ended).toBe(1);
    expect(child.output).toMatch(/the database at 127.*refuses the login: .*\\*"nobody\\*"/);
    expect(child.output).not.toContain('waiting for');
  });

  it('setup does not wait for a broker that refuses its login', async () => {
    const url = Object.assign(new URL(env['AMQP_URL'] ?? ''), { password: 'wrong' }).href;
    const { code, output } = await run(['setup'], { ...env, SETUP_AMQP_URL: url });
    expect(code).toBe(1);
    expect(output).toMatch(/could not be set up: .*ACCESS_REFUSED - Login was refused/);
    expect(output).not.toContain('waiting for');
  });

  it('setup waits for the broker', async () => {
    await using broker = await tcpProxy(env['AMQP_URL'] ?? '');
    broker.cut({ refusing: true });
    const child = start('setup', { SETUP_AMQP_URL: broker.url });
    await child.says('waiting for the broker at 127.0.0.1');
    broker.resume();
    expect(await child.ended).toBe(0);
    expect(child.output).toContain('greeter: nothing to change');
  });
});
