import { setTimeout as delay } from 'node:timers/promises';
import { CLOUDEVENTS_CONTENT_TYPE, UserSignedUp } from '@tributary/contracts';
import { applyTopology, EVENTS_EXCHANGE, Publisher, topologyOf } from '@tributary/messaging';
import { eventually, exampleEvent } from '@tributary/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Child, run } from '../fixtures/child.ts';
import { surround, type Surroundings } from '../fixtures/surroundings.ts';
import { withClient } from './database.ts';

jest.setTimeout(90_000);

const QUEUE = 'greeter.user.signed-up.v1';
let on: Surroundings;
let publisher: Publisher;
/** The user of every fact that was stated, in order. */
let stated: string[];
const children: Child[] = [];

beforeEach(async () => {
  on = await surround();
  stated = [];
  // The river is there before the greeter.
  await applyTopology(on.vhost.url, topologyOf({ service: 'signup', handlers: [], retryDelaysMs: [] }));
  publisher = new Publisher({ url: on.vhost.url, name: 'signup relay' });
  await publisher.connect();
});
afterEach(async () => {
  for (const child of children) child.process.kill('SIGKILL');
  await Promise.all(children.splice(0).map(({ ended }) => ended));
  await publisher.close();
  await on.remove();
});

async function state(howMany: number): Promise<void> {
  const events = Array.from({ length: howMany }, () => exampleEvent(UserSignedUp, { userId: crypto.randomUUID() }));
  const publish = (event: UserSignedUp) =>
    publisher.publish({
      exchange: EVENTS_EXCHANGE,
      routingKey: event.type,
      body: Buffer.from(JSON.stringify(event)),
      messageId: event.id,
      type: event.type,
      contentType: CLOUDEVENTS_CONTENT_TYPE,
    });
  await Promise.all(events.map(publish));
  stated.push(...events.map(({ data }) => data.userId));
}

async function serving(): Promise<Child> {
  const child = new Child(['serve'], on.env);
  children.push(child);
  await child.ready();
  return child;
}

async function stop(child: Child): Promise<void> {
  child.process.kill('SIGTERM');
  await child.ended;
}

const greeted = async () => (await on.query('SELECT user_id FROM greeting')).map((row) => row['user_id'] as string);

/** A second run of a handler for one fact would break the table's key, and so be a failed delivery. */
async function allGreetedOnce(serve: Child): Promise<void> {
  await eventually(async () => expect((await greeted()).sort()).toEqual([...stated].sort()), { timeoutMs: 30_000 });
  expect(serve.output).not.toContain('a delivery failed');
  await eventually(
    async () => expect(await on.vhost.management.depths()).toMatchObject({ [QUEUE]: 0, 'greeter.dead': 0 }),
    { timeoutMs: 30_000 },
  );
}

describe('setup', () => {
  it('makes a queue again that was lost, and puts into it what waited in it and what was stated meanwhile', async () => {
    await run(['setup'], on.env);
    await state(20);
    const first = await serving();
    await eventually(async () => expect(await greeted()).toHaveLength(20));
    await stop(first);
    await state(10);
    expect(await run(['setup'], on.env)).toEqual({ code: 0, output: 'greeter: nothing to change\n' });
    await on.vhost.management.deleteQueue(QUEUE);
    await state(30);
    const { code, output } = await run(['setup'], on.env);
    expect(code).toBe(0);
    expect(output).toContain(`greeter: created queue ${QUEUE} (quorum)\n`);
    expect(output).toContain('filling the gap of user.signed-up.v1 from the event log\n');
    expect(output).toMatch(/filled the gap .*: read \d+ facts, 60 for us: 20 handled already, 40 put into the queues/);
    const serve = await serving();
    await state(5);
    await allGreetedOnce(serve);
    expect(await run(['setup'], on.env)).toEqual({ code: 0, output: 'greeter: nothing to change\n' });
  });

  it('fills a gap that an earlier run found and was killed over', async () => {
    await run(['setup'], on.env);
    await on.vhost.management.deleteBinding('events', QUEUE); // made again by the setup that was killed
    await state(3);
    await on.query(`INSERT INTO messaging.setup (key, value) VALUES ('gaps', '["user.signed-up.v1"]')`);
    const { output } = await run(['setup'], on.env);
    expect(output).toContain('filled the gap of user.signed-up.v1');
    expect((await run(['setup'], on.env)).output).toBe('greeter: nothing to change\n');
    await allGreetedOnce(await serving());
  });

  it('makes a backoff tier again that was lost, and puts back what may have waited in it', async () => {
    await run(['setup'], on.env);
    await state(4);
    await on.vhost.management.deleteQueue('greeter.retry.1000');
    const { output } = await run(['setup'], on.env);
    expect(output).toContain('greeter: created queue greeter.retry.1000 (quorum)\n');
    expect(output).toMatch(
      /filled the gap of user.signed-up.v1: read \d+ facts, 4 for us: 0 handled already, 4 put into the queues/,
    );
    await allGreetedOnce(await serving());
  });

  it('fills no gap for a service that is new: what was before it is its own decision', async () => {
    await state(3);
    const { output } = await run(['setup'], on.env);
    expect(output).not.toContain('gap');
    await serving();
    expect(await greeted()).toEqual([]);
  });
});

describe('catch-up', () => {
  it('fills the gap that a lost binding has made, and changes nothing when it runs again, or twice at once', async () => {
    await run(['setup'], on.env);
    const first = await serving();
    await state(10);
    await eventually(async () => expect(await greeted()).toHaveLength(10));
    await stop(first);
    const since = new Date().toISOString();
    await on.vhost.management.deleteBinding('events', QUEUE);
    await state(15);
    const serve = await serving(); // binds again
    await state(5);
    await eventually(async () => expect(await greeted()).toHaveLength(15));
    const { code, output } = await run(['catch-up', '--since', since], on.env);
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringMatching(
        /^greeter: caught up: read \d+ facts, \d+ for us: \d+ handled already, 15 put into the queues \(none of them takes effect twice\)$/m,
      ),
    });
    await eventually(async () => expect(await greeted()).toHaveLength(30));
    const again = await run(['catch-up', '--since', 'first'], on.env);
    expect(again.output).toMatch(/ 30 for us: 30 handled already, 0 put into the queues$/m);
    const both = await Promise.all([1, 2].map(() => run(['catch-up', '--since', 'first'], on.env)));
    expect(both.map((each) => each.code)).toEqual([0, 0]);
    await allGreetedOnce(serve);
  });

  it('lets a new service read history and go live while facts are stated all the time', async () => {
    await state(200);
    let stating = true;
    const stream = (async () => {
      for (; stating; await delay(10)) await state(1);
    })();
    await run(['setup'], on.env);
    const { code } = await run(['catch-up', '--since', 'first'], on.env);
    expect(code).toBe(0);
    const serve = await serving();
    await eventually(async () => (await greeted()).length > 200);
    // Again, while it handles: what is in its queue and not in its inbox yet is put there twice.
    await run(['catch-up', '--since', 'first', '--only', 'user.signed-up.v1'], on.env);
    stating = false;
    await stream;
    await allGreetedOnce(serve);
  });

  it('reads from when on the service hears the facts, unless it is told', async () => {
    await run(['setup'], on.env);
    await state(3);
    const heardSince = `UPDATE messaging.setup SET value = '{"user.signed-up.v1": "2999-01-01T00:00:00Z"}' WHERE key = 'heard-since'`;
    await on.query(heardSince);
    await run(['setup'], on.env); // keeps it
    const { output } = await run(['catch-up'], on.env);
    expect(output).toContain('caught up: read 2 facts, 0 for us'); // its markers
  });

  it('stops when it is told to, and says what is done', async () => {
    await run(['setup'], on.env);
    await state(3);
    const child = await withClient(on.env['SETUP_DATABASE_URL'] ?? '', 'spec', async (client) => {
      await client.query('BEGIN; LOCK TABLE messaging.inbox');
      const stopped = new Child(['catch-up', '--since', 'first'], on.env);
      children.push(stopped);
      const waits = `SELECT FROM pg_stat_activity WHERE application_name = 'greeter catch-up' AND wait_event_type = 'Lock'`;
      await eventually(async () => (await on.query(waits)).length === 1, { timeoutMs: 30_000 });
      stopped.process.kill('SIGINT');
      await client.query('ROLLBACK');
      return stopped;
    });
    expect(await child.ended).toBe(130);
    expect(child.output).toMatch(/not caught up: read \d+ facts, 3 for us: .*greeter catch-up was stopped/s);
  });

  it.each([
    ['what is no time', ['--since', 'yesterday'], 'It must be "first" or a time such as'],
    ['a time to come', ['--since', '2999-01-01T00:00:00Z'], 'It must be in the past.'],
    ['a fact it does not hear', ['--since', 'first', '--only', 'mail.sent.v1'], 'greeter does not hear mail.sent.v1'],
    ['a service that was not set up', ['--since', 'first'], 'greeter is not set up for this version'],
  ])('refuses %s', async (_, args, says) => {
    const { code, output } = await run(['catch-up', ...args], on.env);
    expect(code).toBe(1);
    expect(output).toContain(says);
  });

  it('explains itself', async () => {
    const { code, output } = await run(['catch-up', '--help'], {});
    expect(code).toBe(0);
    for (const word of ['--since', '--only', 'SETUP_AMQP_URL', 'Exit codes', 'RFC 3339'])
      expect(output).toContain(word);
  });
});
