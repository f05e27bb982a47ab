import { UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, pgBouncer, testPgBouncer } from '@tributary/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { run } from '../fixtures/child.ts';
import { Greeters } from '../fixtures/greeters.ts';
import pg from 'pg';
import { databasePool } from './database.ts';
import { keepsSessions } from './sessions.ts';

jest.setTimeout(60_000);

/** As somebody who says nothing of zones, and uses the same server connections. */
async function askPlainly(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query('SELECT 1').finally(() => client.end());
}

/** Of several connections, because a pooler in transaction mode loses what one of them has SET. */
async function limitsOf(url: string): Promise<Record<string, string>> {
  const pool = databasePool({ DATABASE_URL: url, DATABASE_POOL_SIZE: 8 }, 'spec');
  const names = Object.keys(LIMITS);
  const columns = names.map((name) => `current_setting('${name}') AS ${name}`).join();
  const all = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const { rows } = await pool.query<Record<string, string>>(`SELECT ${columns} FROM pg_sleep(0.02)`);
      return JSON.stringify(rows[0]);
    }),
  );
  await pool.end();
  expect(new Set(all).size).toBe(1);
  return JSON.parse(all[0] ?? '{}') as Record<string, string>;
}

const MODES = ['session', 'transaction'] as const;
const LIMITS = { statement_timeout: '10s', idle_in_transaction_session_timeout: '10s' };

// npm test fetches it on Debian, and says so where it was not found.
const describeBehindPgBouncer = testPgBouncer() ? describe : describe.skip;

describeBehindPgBouncer('behind PgBouncer', () => {
  const greeters = new Greeters();
  const direct = () => greeters.env['DATABASE_URL'] ?? '';
  const setupUrl = () => greeters.env['SETUP_DATABASE_URL'] ?? '';
  const bouncer = (mode: (typeof MODES)[number]) => pgBouncer(mode, direct(), setupUrl());
  /** As the warning of `serve` says. */
  const setLimits = async () => {
    const { login, query } = greeters.surroundings;
    const [{ database } = {}] = await query('SELECT current_database() AS database');
    for (const [name, value] of Object.entries(LIMITS)) {
      await query(`ALTER ROLE ${login} IN DATABASE ${String(database)} SET ${name} = '${value}'`);
    }
  };

  it.each(MODES)('a pool is in UTC in %s mode, on every server connection and under load', async (mode) => {
    await using behind = await bouncer(mode);
    const pools = [1, 2].map(() =>
      databasePool({ DATABASE_URL: behind.through(direct()), DATABASE_POOL_SIZE: 8 }, 'spec'),
    );
    const ask = async (pool: pg.Pool) =>
      (await pool.query<{ zone: string }>(`SELECT current_setting('TimeZone') AS zone FROM pg_sleep(0.002)`)).rows[0]
        ?.zone;
    const asking = Promise.all(pools.flatMap((pool) => Array.from({ length: 200 }, () => ask(pool))));
    for (let times = 0; times < 10; times += 1) await askPlainly(behind.through(direct()));
    const zones = await asking;
    await Promise.all(pools.map((pool) => pool.end()));
    expect(new Set(zones)).toEqual(new Set(['UTC']));
  });

  it('limits are in force: in session mode by ourselves, in transaction mode by what the role says', async () => {
    await using session = await bouncer('session');
    expect(await limitsOf(session.through(direct()))).toEqual(LIMITS);
    await setLimits();
    await using transaction = await bouncer('transaction');
    expect(await limitsOf(transaction.through(direct()))).toEqual(LIMITS);
  });

  it('it is found out whether it keeps sessions', async () => {
    await using session = await bouncer('session');
    await using transaction = await bouncer('transaction');
    expect(await keepsSessions(direct(), 'spec')).toBe(true);
    expect(await keepsSessions(session.through(direct()), 'spec')).toBe(true);
    expect(await keepsSessions(transaction.through(direct()), 'spec')).toBe(false);
  });

  it('in transaction mode it is found out while others are busy on the same server connections', async () => {
    await using transaction = await bouncer('transaction');
    const url = transaction.through(direct());
    const pool = databasePool({ DATABASE_URL: url, DATABASE_POOL_SIZE: 10 }, 'spec');
    let busy = true;
    const work = Promise.all(
      Array.from({ length: 10 }, async () => {
        while (busy) await pool.query('SELECT 1');
      }),
    );
    for (let time = 0; time < 10; time += 1) expect(await keepsSessions(url, 'spec')).toBe(false);
    busy = false;
    await work;
    await pool.end();
  });

  it.each(['serve', 'relay'])('%s refuses transaction mode alone, and says what to give', async (command) => {
    await using behind = await bouncer('transaction');
    const child = greeters.start(command, { DATABASE_URL: behind.through(direct()) });
    expect(await child.ended).toBe(1);
    expect(child.output).toContain('lends a server connection for one transaction only');
    expect(child.output).toContain('give SESSION_DATABASE_URL');
  });

  it('setup refuses transaction mode, where its lock would stay, and says what to give', async () => {
    await using behind = await bouncer('transaction');
    const env = {
      ...greeters.env,
      DATABASE_URL: behind.through(direct()),
      SETUP_DATABASE_URL: behind.through(setupUrl()),
    };
    const { code, output } = await run(['setup'], env);
    expect(code).toBe(1);
    expect(output).toContain('give SETUP_DATABASE_URL');
    await using session = await bouncer('session');
    const again = await run(['setup'], { ...env, SETUP_DATABASE_URL: session.through(setupUrl()) });
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining('nothing to change') });
  });

  it('serve says how to limit statements where nothing does', async () => {
    await using behind = await bouncer('transaction');
    const { login, query } = greeters.surroundings;
    for (const name of Object.keys(LIMITS)) {
      await query(
        `DO $$ BEGIN EXECUTE format('ALTER ROLE ${login} IN DATABASE %I RESET ${name}', current_database()); END $$`,
      );
    }
    const urls = { DATABASE_URL: behind.through(direct()), SESSION_DATABASE_URL: direct() };
    const child = greeters.start('serve', urls);
    await child.ready();
    expect(child.output).toContain('nothing limits how long a statement or transaction takes');
    const cure = /"cure":(\[[^\]]*\])/.exec(child.output)?.[1] ?? '[]';
    await query((JSON.parse(cure) as string[]).join(''));
    await using renewed = await bouncer('transaction');
    const limited = greeters.start('serve', { ...urls, DATABASE_URL: renewed.through(direct()) });
    await limited.ready();
    expect(limited.output).not.toContain('nothing limits');
  });

  it.each(MODES)('a fact goes from the outbox to its handler in %s mode', async (mode) => {
    const { query } = greeters.surroundings;
    await using behind = await bouncer(mode);
    const urls = {
      DATABASE_URL: behind.through(direct()),
      ...(mode === 'transaction' && { SESSION_DATABASE_URL: direct() }),
    };
    await Promise.all([greeters.start('serve', urls), greeters.start('relay', urls)].map((child) => child.ready()));
    const event = exampleEvent(UserSignedUp);
    await query('INSERT INTO messaging.outbox (event_id, type, stated_at, body) VALUES ($1, $2, now(), $3)', [
      event.id,
      event.type,
      JSON.stringify(event),
    ]);
    await eventually(
      async () => (await query('SELECT FROM greeting WHERE user_id = $1', [event.data.userId])).length === 1,
    );
  });
});
