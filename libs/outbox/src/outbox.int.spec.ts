import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MailSent, UserSignedUp } from '@tributary/contracts';
import { contextFrom, inEventScope } from '@tributary/telemetry';
import { exampleEvent, testDatabase, type TestDatabase } from '@tributary/testing';
import { EventTooLarge, Outbox, outboxMigrations } from './index.ts';
import { pgDatabase } from './pg-database.fixture.ts';

describe('stating facts', () => {
  let testDb: TestDatabase;
  let database: ReturnType<typeof pgDatabase>;
  let outbox: Outbox<Parameters<Parameters<typeof database.$transaction>[0]>[0]>;
  let nudges = 0;

  beforeAll(async () => {
    testDb = await testDatabase({ migrations: [outboxMigrations] });
    database = pgDatabase(testDb.url);
    await database.pool.query('CREATE TABLE person (id uuid PRIMARY KEY)');
    outbox = new Outbox(database, { nudge: { send: () => nudges++ }, maxBodyBytes: 2_000 });
  });
  afterEach(async () => {
    nudges = 0;
    await database.pool.query('TRUNCATE messaging.outbox, person');
  });
  afterAll(async () => {
    await database.pool.end();
    await testDb.drop();
  });

  const rowsOf = async (table: string) => (await database.pool.query(`SELECT * FROM ${table}`)).rows;
  const signUp = (event: UserSignedUp, then?: Error) =>
    outbox.transaction(async (tx) => {
      await tx.$executeRawUnsafe('INSERT INTO person VALUES ($1::uuid)', event.data.userId);
      await outbox.add(tx, event);
      if (then) throw then;
      return 'accepted';
    });

  it('commits state and fact together, then wakes the relay', async () => {
    const event = exampleEvent(UserSignedUp);
    await expect(signUp(event)).resolves.toBe('accepted');
    expect(await rowsOf('person')).toHaveLength(1);
    expect(await rowsOf('messaging.outbox')).toMatchObject([
      { event_id: event.id, type: event.type, stated_at: new Date(event.time), attempts: 0, last_error: null },
    ]);
    expect(nudges).toBe(1);
  });

  it('leaves neither state nor fact when the work fails', async () => {
    await expect(signUp(exampleEvent(UserSignedUp), new Error('changed my mind'))).rejects.toThrow('changed my mind');
    expect(await rowsOf('person')).toEqual([]);
    expect(await rowsOf('messaging.outbox')).toEqual([]);
    expect(nudges).toBe(0);
  });

  it('stores the JSON as it will be published, whatever characters it has', async () => {
    const event = exampleEvent(UserSignedUp);
    // No contract accepts it: the outbox does not decide that.
    event.data.displayName = 'Zoë {"\\"} \u0000 NULL \ud800 😀';
    await signUp(event);
    const [row] = await rowsOf('messaging.outbox');
    expect(row.body).toBe(JSON.stringify(event));
  });

  it('stores several facts in one statement, each with the trace of what caused it', async () => {
    const statements: string[] = [];
    const causes = ['1', '2'].map((digit) => ({
      event: exampleEvent(UserSignedUp),
      trace: { traceparent: `00-${digit.repeat(32)}-${digit.repeat(16)}-01`, tracestate: `vendor=${digit}` },
    }));
    const reactions = causes.map(({ event }) => exampleEvent(MailSent, {}, event));
    const [first, second] = causes as [(typeof causes)[0], (typeof causes)[0]];
    await inEventScope(first.event, contextFrom(first.trace), () =>
      inEventScope(second.event, contextFrom(second.trace), () =>
        outbox.transaction((tx) => {
          const counting = {
            ...tx,
            $executeRawUnsafe: (sql: string, ...values: unknown[]) => (
              statements.push(sql),
              tx.$executeRawUnsafe(sql, ...values)
            ),
          };
          return outbox.add(counting, ...reactions, exampleEvent(UserSignedUp));
        }),
      ),
    );
    expect(statements).toHaveLength(1);
    const rows = await rowsOf('messaging.outbox');
    expect(rows).toHaveLength(3);
    for (const [index, { id }] of reactions.entries()) {
      expect(rows.find(({ event_id }) => event_id === id)).toMatchObject(causes[index]?.trace as object);
    }
  });

  it('refuses an event that is too large, and everything else of that transaction with it', async () => {
    const event = exampleEvent(UserSignedUp);
    const large = { ...event, data: { ...event.data, displayName: 'x'.repeat(2_000) } };
    await expect(signUp(large)).rejects.toThrow(EventTooLarge);
    await expect(signUp(large)).rejects.toThrow(`user.signed-up.v1 ${large.id} is`);
    expect(await rowsOf('person')).toEqual([]);
  });

  it('states nothing when it is given nothing', async () => {
    await outbox.transaction((tx) => outbox.add(tx));
    expect(await rowsOf('messaging.outbox')).toEqual([]);
  });
});
