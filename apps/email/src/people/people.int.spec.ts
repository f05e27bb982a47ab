import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { databasePool, prismaOptions } from '@tributary/service-defaults';
import { eventually, testDatabase, type TestDatabase } from '@tributary/testing';
import type pg from 'pg';
import { configOf } from '../config.fixture.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import { claimMail } from '../mail/mails.ts';
import { forget, lockPerson, remember } from './people.ts';

const settings = { whenUnknown: 'resend', messageIdDomain: 'tributary.example', leaseMs: 60_000 } as const;
const withdrawnAt = '2026-11-23T12:00:00.000Z';

let database: TestDatabase;
let pool: pg.Pool;
let db: PrismaClient;

beforeAll(async () => {
  database = await testDatabase({ migrations: [new URL('../../prisma/migrations', import.meta.url)] });
  pool = databasePool(configOf({ DATABASE_URL: database.url }), 'email');
  db = new PrismaClient(prismaOptions(pool));
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const ada = () => ({ userId: randomUUID(), email: 'ada@example.com', displayName: 'Ada Lovelace' });
const personOf = ({ userId }: { userId: string }) => db.person.findUnique({ where: { userId } });
const forgotten = ({ userId }: { userId: string }) => ({
  userId,
  address: null,
  displayName: null,
  withdrawnAt: new Date(withdrawnAt),
});
const withdraw = ({ userId }: { userId: string }) => db.$transaction((tx) => forget(tx, userId, withdrawnAt));
const claimWelcome = ({ userId }: { userId: string }) => claimMail(db, { userId, kind: 'welcome' }, settings);

/** How many wait for a lock that somebody else has. */
async function waiting(): Promise<number> {
  const { rows } = await pool.query<{ waiting: number }>(
    "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  return rows[0]?.waiting ?? 0;
}

describe('a person', () => {
  it('is remembered until they withdraw', async () => {
    const person = ada();
    await remember(db, person);
    expect(await db.$transaction((tx) => lockPerson(tx, person.userId))).toEqual({
      name: 'Ada Lovelace',
      address: 'ada@example.com',
    });
    expect(await withdraw(person)).toBe(true);
    expect(await personOf(person)).toEqual(forgotten(person));
  });

  it('is forgotten once, whatever follows', async () => {
    const person = ada();
    expect(await withdraw(person)).toBe(true);
    expect(await withdraw(person)).toBe(false);
    await remember(db, person);
    expect(await personOf(person)).toEqual(forgotten(person));
  });

  it('is forgotten, and that once, when everything arrives at once', async () => {
    for (let round = 1; round <= 50; round++) {
      const person = ada();
      const all = [withdraw(person), remember(db, person), withdraw(person), remember(db, person)] as const;
      const [first, , second] = await Promise.all(all);
      expect([first, second].sort()).toEqual([false, true]);
      expect(await personOf(person)).toEqual(forgotten(person));
    }
  });

  it.each([
    { address: 'ada@example.com', displayName: 'Ada Lovelace', withdrawnAt },
    { address: null, displayName: 'Ada Lovelace', withdrawnAt },
    { address: 'ada@example.com', displayName: null, withdrawnAt: null },
  ])('can never be stored as %j', async (data) => {
    await expect(db.person.create({ data: { userId: randomUUID(), ...data } })).rejects.toThrow(/known_or_withdrawn/);
  });
});

describe('a claim and a withdrawal at once', () => {
  it('is not made when the withdrawal has begun', async () => {
    const person = ada();
    await remember(db, person);
    const { promise: commit, resolve } = Promise.withResolvers<void>();
    const withdrawal = db.$transaction(async (tx) => {
      await forget(tx, person.userId, withdrawnAt);
      await commit;
    });
    await eventually(async () => expect(await isLocked(person)).toBe(true));
    const claim = claimWelcome(person);
    await eventually(async () => expect(await waiting()).toBe(1)).finally(resolve);
    await withdrawal;
    expect(await claim).toMatchObject({ step: 'suppress' });
    expect(await claim).not.toHaveProperty('to');
  });

  it('lets the withdrawal wait when the claim has begun', async () => {
    const person = ada();
    await remember(db, person);
    const blocker = await pool.connect();
    await blocker.query('BEGIN; LOCK TABLE mails IN SHARE MODE');
    const claim = claimWelcome(person);
    await eventually(async () => expect(await waiting()).toBe(1));
    const withdrawal = withdraw(person);
    await eventually(async () => expect(await waiting()).toBe(2)).finally(() => blocker.query('COMMIT'));
    blocker.release();
    expect([await claim, await withdrawal]).toMatchObject([{ step: 'send', to: { address: 'ada@example.com' } }, true]);
  });

  it('is one decision: no mail is claimed once a withdrawal holds the person', async () => {
    for (let round = 1; round <= 300; round++) {
      const person = ada();
      await remember(db, person);
      const statusOf = async () => (await db.mail.findFirst({ where: { userId: person.userId } }))?.status;
      const withdrawal = () =>
        db.$transaction(async (tx) => {
          await forget(tx, person.userId, withdrawnAt);
          return (await tx.mail.findFirst({ where: { userId: person.userId } }))?.status;
        });
      const both = round % 2 ? [claimWelcome(person), withdrawal()] : [withdrawal(), claimWelcome(person)].reverse();
      const [claim, seen] = (await Promise.all(both)) as [{ step: string }, string | undefined];
      expect([claim.step, seen, await statusOf()]).toEqual(
        claim.step === 'send' ? ['send', 'sending', 'sending'] : ['suppress', undefined, 'suppressed'],
      );
    }
  });
});

async function isLocked({ userId }: { userId: string }): Promise<boolean> {
  const { rowCount } = await pool.query('SELECT FROM people WHERE user_id = $1 FOR UPDATE SKIP LOCKED', [userId]);
  return rowCount === 0;
}
