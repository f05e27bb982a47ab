import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { EventIdReused } from '@tributary/messaging';
import { eventually, exampleEvent, testDatabase, type TestDatabase } from '@tributary/testing';
import { handledEvents, Inbox, Outbox, outboxMigrations, type SqlTransaction } from './index.ts';
import { pgDatabase } from './pg-database.fixture.ts';
import { pruneInbox } from './prune-inbox.ts';

describe('handling an event once', () => {
  let testDb: TestDatabase;
  let database: ReturnType<typeof pgDatabase>;
  let inbox: Inbox<SqlTransaction>;

  beforeAll(async () => {
    testDb = await testDatabase({ migrations: [outboxMigrations] });
    database = pgDatabase(testDb.url);
    await database.pool.query('CREATE TABLE effect (event_id uuid, who text)');
    inbox = new Inbox(new Outbox(database), { consumer: 'email' });
  });
  afterEach(() => database.pool.query('TRUNCATE messaging.inbox, effect'));
  afterAll(async () => {
    await database.pool.end();
    await testDb.drop();
  });

  const event = exampleEvent(UserSignedUp);
  const effect = (who: string) => (tx: SqlTransaction) =>
    tx.$executeRawUnsafe('INSERT INTO effect VALUES ($1::uuid, $2)', event.id, who);
  const effects = async () =>
    (await database.pool.query('SELECT who FROM effect ORDER BY who')).rows.map(({ who }) => who as string);
  /** Is somebody waiting for somebody else's transaction? */
  const somebodyWaits = async () =>
    (
      await database.pool.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'transactionid'`,
      )
    ).rowCount === 1;

  /** The first delivery is inside its work and stays there until `finish` is called; the second waits for it. */
  async function twoAtOnce(again = event) {
    const { promise: outcome, resolve, reject } = Promise.withResolvers<void>();
    const { promise: inside, resolve: enter } = Promise.withResolvers<void>();
    const first = inbox.once(event, async (tx) => {
      await effect('first')(tx);
      enter();
      await outcome;
    });
    await inside;
    const second = inbox.once(again, effect('second'));
    await eventually(somebodyWaits);
    return { first, second, finish: resolve, fail: reject };
  }

  it('runs the work the first time only', async () => {
    await expect(inbox.once(event, effect('first'))).resolves.toBe('done');
    await expect(inbox.once(event, effect('second'))).resolves.toBe('duplicate');
    expect(await effects()).toEqual(['first']);
  });

  it('lets a concurrent duplicate wait, and tells it so when the first is done', async () => {
    const { first, second, finish } = await twoAtOnce();
    finish();
    await expect(Promise.all([first, second])).resolves.toEqual(['done', 'duplicate']);
    expect(await effects()).toEqual(['first']);
  });

  it('lets the waiting duplicate do the work when the first fails', async () => {
    const { first, second, fail } = await twoAtOnce();
    fail(new Error('out of luck'));
    await expect(first).rejects.toThrow('out of luck');
    await expect(second).resolves.toBe('done');
    expect(await effects()).toEqual(['second']);
  });

  it('handles the event again after a failure', async () => {
    await expect(inbox.once(event, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(inbox.once(event, effect('again'))).resolves.toBe('done');
    expect(await effects()).toEqual(['again']);
  });

  it('keeps consumers apart', async () => {
    await inbox.once(event, effect('email'));
    const other = new Inbox(new Outbox(database), { consumer: 'analytics' });
    await expect(other.once(event, effect('analytics'))).resolves.toBe('done');
    expect(await effects()).toEqual(['analytics', 'email']);
  });

  it('tells which of some events a consumer has handled', async () => {
    await inbox.once(event, effect('email'));
    const { pool } = database;
    const asked = [crypto.randomUUID(), event.id];
    await expect(handledEvents(pool, 'email', asked)).resolves.toEqual(new Set([event.id]));
    await expect(handledEvents(pool, 'analytics', asked)).resolves.toEqual(new Set());
  });

  it('counts what was noted as handled, however often it is', async () => {
    for (let times = 0; times < 2; times++) await database.$transaction((tx) => inbox.note(tx, event));
    await expect(handledEvents(database.pool, 'email', [event.id])).resolves.toEqual(new Set([event.id]));
  });

  describe('when another fact comes under the same id', () => {
    const another = { ...event, data: { ...event.data, email: 'eve@example.com' } };
    /** Another serialiser, another order. */
    const rewritten = Object.fromEntries(
      Object.entries({ ...event, data: Object.fromEntries(Object.entries(event.data).reverse()) }).reverse(),
    ) as unknown as UserSignedUp;

    it('leaves the first as it is, and says so', async () => {
      await inbox.once(event, effect('first'));
      await expect(inbox.once(another, effect('second'))).rejects.toThrow(EventIdReused);
      await expect(inbox.once({ ...event, source: '/elsewhere' }, effect('third'))).rejects.toThrow(EventIdReused);
      await expect(inbox.once(rewritten, effect('fourth'))).resolves.toBe('duplicate');
      expect(await effects()).toEqual(['first']);
    });

    it('says so to the one that waited for the first', async () => {
      const { first, second, finish } = await twoAtOnce(another);
      finish();
      expect(await Promise.allSettled([first, second])).toMatchObject([
        { value: 'done' },
        { reason: { name: 'EventIdReused' } },
      ]);
      expect(await effects()).toEqual(['first']);
    });

    it('quotes nothing of either', async () => {
      await inbox.once(event, effect('first'));
      await expect(inbox.once(another, effect('second'))).rejects.toThrow(/^((?!example\.com).)*$/);
    });

    it('knows nothing of what was handled before contents were remembered', async () => {
      await database.pool.query(`INSERT INTO messaging.inbox (consumer, event_id) VALUES ('email', $1)`, [event.id]);
      await expect(inbox.once(another, effect('second'))).resolves.toBe('duplicate');
    });

    it('says so when the first has only begun', async () => {
      const begin = (fact: UserSignedUp) => database.$transaction((tx) => inbox.begin(tx, fact));
      await begin(event);
      await begin(rewritten);
      await expect(begin(another)).rejects.toThrow(EventIdReused);
      await expect(inbox.once(another, effect('second'))).rejects.toThrow(EventIdReused);
    });
  });

  it('counts what has only begun as not handled, until it is noted', async () => {
    const { pool } = database;
    await database.$transaction((tx) => inbox.begin(tx, event));
    await expect(handledEvents(pool, 'email', [event.id])).resolves.toEqual(new Set());
    await database.$transaction((tx) => inbox.note(tx, event));
    await expect(handledEvents(pool, 'email', [event.id])).resolves.toEqual(new Set([event.id]));
  });

  it('handles once what has begun and was never noted', async () => {
    await database.$transaction((tx) => inbox.begin(tx, event));
    await expect(inbox.once(event, effect('first'))).resolves.toBe('done');
    await expect(inbox.once(event, effect('second'))).resolves.toBe('duplicate');
  });

  it('forgets what was handled longer ago than the retention, and nothing younger', async () => {
    await database.pool.query(`
      INSERT INTO messaging.inbox (consumer, event_id, handled_at)
      SELECT 'email', gen_random_uuid(), now() - age * interval '1 day'
      FROM unnest(ARRAY[0, 29, 31, 400]) AS age, generate_series(1, 3000)`);
    await expect(pruneInbox(testDb.url, 30)).resolves.toBe(6_000);
    const { rows } = await database.pool.query(
      `SELECT count(*)::int, max(now() - handled_at) < interval '30 days' AS young FROM messaging.inbox`,
    );
    expect(rows).toEqual([{ count: 6_000, young: true }]);
  });
});
