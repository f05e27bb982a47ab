import { alarmBegins, alarmEnds, eventually, tcpProxy } from '@tributary/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { run } from '../fixtures/child.ts';
import { Greeters } from '../fixtures/greeters.ts';

jest.setTimeout(60_000);

const greeters = new Greeters();

describe('when something is away', () => {
  it.each(['serve', 'relay'])('%s waits for its database, then starts', async (command) => {
    await using database = await tcpProxy(greeters.env['DATABASE_URL'] ?? '');
    database.cut({ refusing: true });
    const child = greeters.start(command, { DATABASE_URL: database.url });
    await child.says('waiting for the database');
    expect(await child.readiness()).toMatchObject({ code: 503 });
    database.resume();
    await child.ready();
  });

  it.each(['serve', 'relay'])(
    '%s runs without its broker, unready with the reason, until it is there',
    async (command) => {
      await using broker = await tcpProxy(greeters.env['AMQP_URL'] ?? '');
      broker.cut({ refusing: true });
      const child = greeters.start(command, { AMQP_URL: broker.url });
      await child.says(' runs"');
      // Its database connections are not there at once either.
      await eventually(async () => {
        expect(await child.readiness()).toMatchObject({
          code: 503,
          problems: ['no connection to the broker'],
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
    await using database = await tcpProxy(greeters.env['DATABASE_URL'] ?? '');
    const child = greeters.start(command, { DATABASE_URL: database.url });
    await child.ready();
    database.cut({ refusing: true });
    await eventually(async () => {
      const { code, problems } = await child.readiness();
      expect({ code, problem: problems[0] }).toEqual({ code: 503, problem: 'the database does not answer' });
    });
    expect(await child.live()).toBe(200);
    database.resume();
    await child.ready();
  });

  it.each(['serve', 'relay'])('%s is unready while its database takes no writes', async (command) => {
    const { login, query } = greeters.surroundings;
    const child = greeters.start(command);
    await child.ready();
    await query(`ALTER ROLE ${login} SET default_transaction_read_only = on`);
    await eventually(
      async () => {
        const { code, problems } = await child.readiness();
        expect({ code, problem: problems[0] }).toEqual({ code: 503, problem: 'the database is read-only' });
      },
      { timeoutMs: 20_000 },
    );
    expect(child.output).toContain('the database is read-only');
    await query(`ALTER ROLE ${login} RESET default_transaction_read_only`);
    await child.ready();
  });

  it.each([
    ['serve', 'AMQP_URL', 'no connection to the broker'],
    ['relay', 'AMQP_URL', 'no connection to the broker'],
    ['serve', 'DATABASE_URL', 'the database does not answer'],
    ['relay', 'DATABASE_URL', 'the database does not answer'],
  ])(
    '%s is unready while what %s leads to is there and silent, and ready again by itself',
    async (command, name, says) => {
      await using proxy = await tcpProxy(greeters.env[name] ?? '');
      const child = greeters.start(command, { [name]: name === 'AMQP_URL' ? `${proxy.url}?heartbeat=1` : proxy.url });
      await child.ready();
      proxy.freeze();
      await eventually(
        async () => {
          const { code, problems } = await child.readiness();
          expect({ code, problems }).toEqual({
            code: 503,
            problems: expect.arrayContaining([says]),
          });
        },
        { timeoutMs: 20_000 },
      );
      expect(await child.live()).toBe(200);
      proxy.resume();
      await child.ready();
    },
  );

  it.each(['serve', 'relay'])('%s says at once what it waits for while it starts', async (command) => {
    await using broker = await tcpProxy(greeters.env['AMQP_URL'] ?? '');
    broker.freeze();
    const child = greeters.start(command, { AMQP_URL: broker.url });
    await child.readiness();
    // Before the first attempt to connect is over: that takes 10 s.
    await eventually(async () => expect((await child.readiness()).problems).toEqual(['no connection to the broker']));
    expect(child.output).not.toContain('no connection to the broker, trying again');
    expect(await child.live()).toBe(200);
    broker.resume();
    await child.ready();
  });

  it('a relay is unready while an alarm of the broker blocks it, names the alarm, and is ready by itself after it', async () => {
    await using broker = await tcpProxy(greeters.env['AMQP_URL'] ?? '');
    const child = greeters.start('relay', { AMQP_URL: broker.url });
    await child.ready();
    alarmBegins(broker);
    await eventually(async () =>
      expect(await child.readiness()).toMatchObject({
        code: 503,
        problems: ['the broker is blocking publishers: memory alarm'],
      }),
    );
    expect(await child.live()).toBe(200);
    alarmEnds(broker);
    await child.ready();
  });

  it('serve is unready while the broker has taken its queue away, and ready again when there is one', async () => {
    const child = greeters.start('serve');
    await child.ready();
    await greeters.surroundings.vhost.management.deleteQueue('greeter.user.signed-up.v1');
    await eventually(async () => {
      const { code, problems } = await child.readiness();
      expect({ code, problems }).toEqual({
        code: 503,
        problems: ['queue greeter.user.signed-up.v1 is missing: run setup'],
      });
    });
    await run(['setup'], greeters.env);
    await child.ready();
  });

  it.each(['serve', 'relay', 'setup'])('%s does not wait for a database that refuses its login', async (command) => {
    const url = Object.assign(new URL(greeters.env['DATABASE_URL'] ?? ''), { username: 'nobody' }).href;
    const child = greeters.start(command, { DATABASE_URL: url, SETUP_DATABASE_URL: url });
    expect(await child.ended).toBe(1);
    expect(child.output).toMatch(/the database at 127.*refuses the login: .*\\*"nobody\\*"/);
    expect(child.output).not.toContain('waiting for');
  });

  it('setup does not wait for a broker that refuses its login', async () => {
    const url = Object.assign(new URL(greeters.env['AMQP_URL'] ?? ''), { password: 'wrong' }).href;
    const { code, output } = await run(['setup'], { ...greeters.env, SETUP_AMQP_URL: url });
    expect(code).toBe(1);
    expect(output).toMatch(/could not be set up: .*ACCESS_REFUSED - Login was refused/);
    expect(output).not.toContain('waiting for');
  });

  it('setup waits for the broker', async () => {
    await using broker = await tcpProxy(greeters.env['AMQP_URL'] ?? '');
    broker.cut({ refusing: true });
    const child = greeters.start('setup', { SETUP_AMQP_URL: broker.url });
    await child.says('waiting for the broker at 127.0.0.1');
    broker.resume();
    expect(await child.ended).toBe(0);
    expect(child.output).toContain('greeter: nothing to change');
  });
});
