import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Event } from '@tributary/contracts';
import { eventually, tcpProxy } from '@tributary/testing';
import { AnalyticsSystem, type Replica } from '../analytics-system.fixture.ts';
import { Projected } from '../projections/projected.fixture.ts';
import { everybodyJoined, Person, recordsOf } from '../projections/records.fixture.ts';

let system: AnalyticsSystem;
beforeEach(async () => {
  system = await AnalyticsSystem.create();
});
afterEach(() => system[Symbol.asyncDispose]());

const people = (count: number) => Array.from({ length: count }, (_, n) => new Person(n).onboarded()).flat();

/** What one reader makes of these facts in one piece. */
async function expectExactly(facts: Event[]): Promise<void> {
  await using undisturbed = await Projected.create();
  await (await undisturbed.reader()).apply(recordsOf(facts));
  expect(await system.projected.dump({ offsets: false })).toEqual(await undisturbed.dump({ offsets: false }));
}

const activeOf = (replicas: Replica[]) =>
  eventually(() => {
    const active = replicas.filter(({ reader }) => reader.role === 'active' && reader.health().problems.length === 0);
    return active.length === 1 && (active[0] ?? false);
  });

/** Ends the connections the readers write through, whatever they are doing. */
const cutReaders = () =>
  system.projected.rows<{ pid: number; state: string }>(
    `SELECT pid, state, pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'analytics reader'`,
  );

describe('the reader', () => {
  it('projects what is in the log already and what comes, repeats left out', async () => {
    const [first, second] = [[...everybodyJoined(), ...people(3)], people(4)];
    await system.publish(...first, ...first);
    await using replica = await system.start();
    await system.hasRead(15);
    await system.publish(...second, ...first);
    await system.hasRead(31);
    expect(replica.reader.health()).toEqual({ problems: [], warnings: [] });
    await expectExactly([...first, ...second]);
  });

  it('makes nothing of what every service calls dead, and reads on', async () => {
    const stranger = new Person().signedUp;
    const inBase64 = { ...stranger, data: undefined, data_base64: 'e30=' };
    const halfACharacter = { ...stranger, data: { ...stranger.data, displayName: '\ud800' } };
    const impossible = { ...stranger, data: { ...stranger.data, email: 'none' } };
    const facts = [...everybodyJoined(), ...people(2)];
    await system.publish(inBase64 as never, halfACharacter, impossible, ...facts);
    await using replica = await system.start();
    await eventually(async () => expect(await system.projected.rows('SELECT FROM facts')).toHaveLength(facts.length));
    await expectExactly(facts);
    expect(replica.reader.health()).toEqual({ problems: [], warnings: [] });
  });

  it('reads on where the last one ended, killed between batches', async () => {
    const facts = people(40);
    await system.publish(...facts.slice(0, 50));
    await using _replica = await system.start();
    await system.hasRead(50);
    expect(await cutReaders()).not.toEqual([]);
    await system.publish(...facts.slice(50));
    await system.hasRead(160);
    await expectExactly(facts);
  });

  it('leaves nothing of a batch it is killed in, and its successor takes all of it', async () => {
    const facts = people(40);
    await using _replica = await system.start();
    await system.publish(...facts.slice(0, 50));
    await system.hasRead(50);
    await system.projected.rows(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$`);
    await system.projected.rows('CREATE TRIGGER slow AFTER INSERT ON journeys EXECUTE FUNCTION slow()');
    await system.publish(...facts.slice(50));
    await eventually(async () => {
      const sleeping = await system.projected.rows(
        `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`,
      );
      return sleeping.length > 0;
    });
    expect(await cutReaders()).toEqual([expect.objectContaining({ state: 'active' })]);
    await system.projected.rows('DROP FUNCTION slow CASCADE');
    await system.hasRead(160);
    await expectExactly(facts);
  });

  it('is one of several: the others stand by, are ready, and take over', async () => {
    const replicas = [await system.start(), await system.start(), await system.start()];
    const facts = people(30);
    for (let from = 0; from < facts.length; from += 40) {
      const active = await activeOf(replicas);
      await eventually(() => {
        for (const { reader } of replicas.filter((it) => it !== active)) {
          expect(reader.health()).toEqual({
            problems: [],
            warnings: ['standing by: another process reads the event log'],
          });
        }
      });
      await system.publish(...facts.slice(from, from + 40));
      await system.hasRead(from + 40);
      replicas.splice(replicas.indexOf(active), 1);
      await active[Symbol.asyncDispose]();
    }
    expect(replicas).toEqual([]);
    await expectExactly(facts);
  });

  it('says so when it cannot get at its database, and reads on by itself', async () => {
    await using proxy = await tcpProxy(system.config.DATABASE_URL);
    await using replica = await system.start({ DATABASE_URL: proxy.url });
    await activeOf([replica]);
    proxy.cut({ refusing: true });
    const problem = 'the reader has no connection to the database';
    await eventually(() => expect(replica.reader.health().problems).toEqual([problem]));
    const facts = people(5);
    await system.publish(...facts);
    proxy.resume();
    await system.hasRead(20);
    expect(replica.reader.health()).toEqual({ problems: [], warnings: [] });
    await expectExactly(facts);
  });

  it('gives up a database that has stopped answering, and reads on', async () => {
    await using proxy = await tcpProxy(system.config.DATABASE_URL);
    await using replica = await system.start({ DATABASE_URL: proxy.url });
    await activeOf([replica]);
    proxy.freeze();
    const facts = people(5);
    await system.publish(...facts);
    const problem = 'the reader has no connection to the database';
    await eventually(() => expect(replica.reader.health().problems).toEqual([problem]), { timeoutMs: 25_000 });
    proxy.resume();
    await system.hasRead(20);
    await expectExactly(facts);
  });

  it('stops while its database has stopped answering', async () => {
    await using proxy = await tcpProxy(system.config.DATABASE_URL);
    const replica = await system.start({ DATABASE_URL: proxy.url });
    await activeOf([replica]);
    proxy.freeze();
    await system.publish(...people(5));
    await replica[Symbol.asyncDispose]();
    proxy.cut();
    proxy.resume();
    await using _successor = await system.start();
    await system.hasRead(20);
  });

  it('reads a log that was made anew from its first record, although it is as long as the lost one by now', async () => {
    const [before, after] = [people(10), people(15)];
    await system.publish(...before);
    {
      await using _replica = await system.start();
      await system.hasRead(40);
    }
    await system.replaceLog();
    await system.publish(...after);
    await using replica = await system.start();
    await system.hasRead(100);
    expect(replica.reader.health()).toEqual({ problems: [], warnings: [] });
    await expectExactly([...before, ...after]);
  });

  it('says so when there is no log', async () => {
    await using replica = await system.start();
    await activeOf([replica]);
    await system.vhost.management.deleteQueue('events.log');
    await eventually(() => expect(replica.reader.health().problems).toEqual([expect.stringContaining('events.log')]));
  });
});
