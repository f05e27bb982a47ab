import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, tcpProxy, type TcpProxy } from '@tributary/testing';
import { facts, idsOf, stage } from './stage.fixture.ts';

describe('when something breaks, the relay', () => {
  let on: Awaited<ReturnType<typeof stage>>;
  let toBroker: TcpProxy;
  let toDatabase: TcpProxy;
  beforeAll(async () => {
    on = await stage();
  });
  afterEach(async () => {
    for (const proxy of [toBroker, toDatabase]) proxy?.resume();
    await on.clear();
    for (const proxy of [toBroker, toDatabase]) await proxy?.close();
  });
  afterAll(() => on.tearDown());

  /** A relay whose every connection leads through `toBroker` and `toDatabase`. */
  async function relayThroughProxies(options: Parameters<typeof on.startRelay>[0] = {}) {
    toBroker = await tcpProxy(on.vhost.url);
    toDatabase = await tcpProxy(on.databaseUrl);
    return on.startRelay({ amqpUrl: toBroker.url, databaseUrl: toDatabase.url, ...options });
  }
  const isFree = async (id: string) =>
    (await on.database.pool.query('SELECT FROM messaging.outbox WHERE event_id = $1 FOR UPDATE SKIP LOCKED', [id]))
      .rowCount === 1;

  it('publishes again, with the same id, what it had published when it died before deleting the row', async () => {
    const [event] = facts(1) as [UserSignedUp];
    const { publisher } = await relayThroughProxies();
    const publish = publisher.publish.bind(publisher);
    publisher.publish = (message) => {
      toDatabase.freeze('to-server'); // it can be told of the confirm, but can no longer delete
      return publish(message);
    };
    await on.state(event);
    await eventually(async () => (await on.heard()).length === 1);
    expect(await isFree(event.id)).toBe(false);
    toDatabase.cut({ refusing: true });

    await on.startRelay();
    await on.empty();
    expect(await on.heardIds()).toEqual([event.id, event.id]);
  });

  it('does not delete a row whose confirm has not come', async () => {
    const events = facts(3);
    await on.state(...events);
    const { publisher } = await relayThroughProxies({ confirmDeadlineMs: 300 });
    const publish = publisher.publish.bind(publisher);
    let tries = 0;
    publisher.publish = (message) => {
      toBroker.freeze('to-client'); // the broker has it, but we are not told
      tries++;
      return publish(message);
    };
    await eventually(() => tries > 3); // given up, and taken again
    await eventually(async () => (await on.heard()).length >= 3);
    // A broker that answers nothing at all is no row's fault.
    expect((await on.rows()).map(({ attempts }) => attempts)).toEqual([0, 0, 0]);

    publisher.publish = publish;
    toBroker.resume();
    await on.empty();
    expect([...new Set(await on.heardIds())]).toEqual(idsOf(events));
  });

  it('loses its rows to another relay when it freezes, and goes on when it thaws', async () => {
    const events = facts(30);
    await on.state(...events);
    const { publisher: frozen, relay } = await relayThroughProxies({ windowSize: 10, loops: 1 });
    const publish = frozen.publish.bind(frozen);
    let freezing = true;
    const claimed = new Set<string>();
    frozen.publish = (message) => {
      if (freezing) for (const proxy of [toBroker, toDatabase]) proxy.freeze();
      claimed.add(message.messageId);
      return publish(message);
    };
    await eventually(() => claimed.size === 10);

    const other = await on.startRelay();
    await eventually(async () => (await on.heard()).length === 20);
    expect((await on.heardIds()).filter((id) => claimed.has(id))).toEqual([]);
    await on.empty(); // the server has ended the frozen one's transaction, and the other took its rows
    expect(await on.heardIds()).toEqual(idsOf(events));

    await other.relay.stop();
    freezing = false;
    for (const proxy of [toBroker, toDatabase]) proxy.resume();
    const late = facts(1);
    await on.state(...late);
    await on.empty();
    expect(await on.heardIds()).toEqual(expect.arrayContaining(idsOf(late)));
    expect([...new Set(await on.heardIds())]).toEqual(idsOf([...events, ...late]));
    await eventually(() => relay.status().problems.length === 0);
  });

  it('publishes what has waited when the broker comes back', async () => {
    const { relay } = await relayThroughProxies();
    toBroker.cut({ refusing: true });
    await eventually(() => relay.status().problems.includes('no connection to the broker'));
    const events = facts(500);
    await on.state(...events);
    expect((await on.rows()).map(({ attempts }) => attempts)).toEqual(Array(500).fill(0));

    toBroker.resume();
    await on.empty();
    expect(await on.heardIds()).toEqual(idsOf(events));
    expect(relay.status().problems).toEqual([]);
  });

  it('publishes what has waited when the database comes back', async () => {
    const { relay } = await relayThroughProxies();
    toDatabase.cut({ refusing: true });
    await eventually(() => relay.status().problems.includes('relay 1 lost its connection to the database'));
    const events = facts(500);
    await on.state(...events);

    toDatabase.resume();
    await on.empty();
    expect(await on.heardIds()).toEqual(idsOf(events));
    await eventually(() => relay.status().problems.length === 0);
  });

  it('stops although neither server answers any more', async () => {
    const { relay, publisher } = await relayThroughProxies();
    await eventually(() => relay.status().problems.length === 0);
    const publish = publisher.publish.bind(publisher);
    let tries = 0;
    publisher.publish = (message) => {
      for (const proxy of [toBroker, toDatabase]) proxy.freeze();
      tries++;
      return publish(message);
    };
    await on.state(...facts(1));
    await eventually(() => tries === 1);
    await relay.stop();
  });

  it('gives its rows back and claims nothing while the broker is blocked', async () => {
    const [event] = facts(1) as [UserSignedUp];
    const { publisher } = await relayThroughProxies();
    // An alarm would stop every other test on the broker: only what it looks like from here is made up.
    const status = publisher.status.bind(publisher);
    let blocked = false;
    publisher.status = () => ({ ...status(), blocked });
    const publish = publisher.publish.bind(publisher);
    let tries = 0;
    publisher.publish = (message) => {
      tries++;
      toBroker.freeze('to-client');
      return publish(message);
    };
    await on.state(event);
    await eventually(() => tries === 1);
    expect(await isFree(event.id)).toBe(false);
    blocked = true;
    await eventually(() => isFree(event.id), { timeoutMs: 2_000 });
    expect(tries).toBe(1);

    publisher.publish = publish;
    toBroker.resume();
    blocked = false;
    await on.empty();
    expect((await on.heardIds()).every((id) => id === event.id)).toBe(true);
  });

  it('finds the row for which the broker closes the channel, and publishes all others', async () => {
    // A login that may state mails but no users, as `email` has: the broker answers with a channel error.
    const { management, name } = on.vhost;
    await management.call('PUT', `/users/${name}`, { password: name, tags: '' });
    await management.allow(name);
    await management.call('PUT', `/topic-permissions/${name}/${name}`, {
      exchange: 'events',
      write: '^mail\\.',
      read: '',
    });
    const amqpUrl = Object.assign(new URL(on.vhost.url), { username: name, password: name }).href;
    try {
      await on.database.pool.query(`
        CREATE TABLE blamed (event_id uuid);
        CREATE FUNCTION blame() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN INSERT INTO blamed VALUES (OLD.event_id); RETURN NULL; END $$;
        CREATE TRIGGER blame AFTER UPDATE ON messaging.outbox FOR EACH ROW EXECUTE FUNCTION blame()`);
      const events = facts(40);
      const forbidden = exampleEvent(UserSignedUp);
      await on.state(...events.slice(0, 20), forbidden, ...events.slice(20));
      await on.startRelay({ amqpUrl, windowSize: 15, loops: 2 });

      await eventually(async () => (await on.rows()).length === 1, { timeoutMs: 20_000 });
      expect(await on.rows()).toMatchObject([
        { event_id: forbidden.id, last_error: expect.stringMatching(/^Disconnected: /) },
      ]);
      expect([...new Set(await on.heardIds())]).toEqual(idsOf(events));
      const { rows: blamed } = await on.database.pool.query('SELECT DISTINCT event_id FROM blamed');
      expect(blamed).toEqual([{ event_id: forbidden.id }]);
    } finally {
      await on.database.pool.query('DROP TRIGGER IF EXISTS blame ON messaging.outbox');
      await on.clear();
      await management.call('DELETE', `/users/${name}`);
    }
  });
});
