import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { Outbox, outboxMigrations } from '@tributary/outbox';
import { databasePool, prismaOptions } from '@tributary/service-defaults';
import { exampleEvent, testDatabase, type TestDatabase } from '@tributary/testing';
import type pg from 'pg';
import { randomUUID } from 'node:crypto';
import { Problem } from '../errors.ts';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { acceptSignups, type Candidate, type Outcome } from './accept-signups.ts';
import { ForgetKeys } from './idempotency-keys.ts';

let database: TestDatabase;
let pool: pg.Pool;
let prisma: PrismaClient;
let outbox: Outbox<Prisma.TransactionClient>;

beforeAll(async () => {
  database = await testDatabase({
    migrations: [outboxMigrations, new URL('../../prisma/migrations/', import.meta.url)],
  });
  pool = databasePool({ DATABASE_URL: database.url, DATABASE_POOL_SIZE: 10 }, 'signup');
  prisma = new PrismaClient(prismaOptions(pool));
  outbox = new Outbox(prisma);
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  await prisma.$executeRaw`TRUNCATE users, idempotency_keys, messaging.outbox CASCADE`;
});

function candidate(email: string, idempotency?: Candidate['idempotency']): Candidate {
  const event = exampleEvent(UserSignedUp, { userId: randomUUID(), email });
  return { event, ...(idempotency && { idempotency }) };
}
const idOf = ({ event }: Candidate) => event.data.userId;
const accept = (...batch: Candidate[]) => prisma.$transaction((tx) => acceptSignups(tx, outbox, batch));
const shown = (outcomes: Outcome[]) => outcomes.map((outcome) => (outcome instanceof Problem ? outcome.code : outcome));
const stated = () =>
  prisma.$queryRaw<{ id: string }[]>`SELECT body::jsonb -> 'data' ->> 'userId' AS id FROM messaging.outbox`;

describe('acceptSignups', () => {
  it('stores each user with the fact of the same commit', async () => {
    const batch = [candidate('b@example.com'), candidate('a@example.com')];
    expect(await accept(...batch)).toEqual(batch.map(idOf));
    expect((await prisma.user.findMany()).map(({ id }) => id).sort()).toEqual(batch.map(idOf).sort());
    expect((await stated()).map(({ id }) => id).sort()).toEqual(batch.map(idOf).sort());
  });

  it('accepts one of a batch with the same address, and states one fact', async () => {
    const batch = [candidate('a@example.com'), candidate('a@example.com'), candidate('a@example.com')];
    const outcomes = shown(await accept(...batch));
    expect(outcomes.filter((outcome) => outcome === 'SIGNUP_EMAIL_TAKEN')).toHaveLength(2);
    expect(await stated()).toEqual([{ id: outcomes.find((outcome) => outcome !== 'SIGNUP_EMAIL_TAKEN') }]);
  });

  it('gives a repeat the first answer, in the same batch and in a later one', async () => {
    const key = { key: 'k', fingerprint: 'f' };
    const first = candidate('a@example.com', key);
    expect(await accept(first, candidate('a@example.com', key))).toEqual([idOf(first), idOf(first)]);
    expect(await accept(candidate('a@example.com', key))).toEqual([idOf(first)]);
    expect(await stated()).toHaveLength(1);
  });

  it('refuses a key that comes with another body, and leaves nothing of it', async () => {
    await accept(candidate('a@example.com', { key: 'k', fingerprint: 'f' }));
    expect(shown(await accept(candidate('b@example.com', { key: 'k', fingerprint: 'g' })))).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
    ]);
    expect(await prisma.user.count()).toBe(1);
  });

  it('promises nothing when a key disappears between being found taken and being read', async () => {
    const taken = { deleteMany: async () => ({ count: 0 }), createMany: async () => ({ count: 0 }) };
    const tx = { idempotencyKey: { ...taken, findMany: async () => [] } } as unknown as Prisma.TransactionClient;
    const outcomes = await acceptSignups(tx, outbox, [candidate('b@example.com', { key: 'k', fingerprint: 'f' })]);
    expect(shown(outcomes)).toEqual(['UNAVAILABLE']);
  });

  it('forgets the key of a refused request, so that it is free for another', async () => {
    await accept(candidate('a@example.com'));
    const taken = candidate('a@example.com', { key: 'k', fingerprint: 'f' });
    expect(shown(await accept(taken))).toEqual(['SIGNUP_EMAIL_TAKEN']);
    const other = candidate('b@example.com', { key: 'k', fingerprint: 'g' });
    expect(await accept(other)).toEqual([idOf(other)]);
  });

  it('tells the repeat of a refused request in the same batch that the address is taken', async () => {
    await accept(candidate('a@example.com'));
    const key = { key: 'k', fingerprint: 'f' };
    const outcomes = await accept(candidate('a@example.com', key), candidate('a@example.com', key));
    expect(shown(outcomes)).toEqual(['SIGNUP_EMAIL_TAKEN', 'SIGNUP_EMAIL_TAKEN']);
  });

  it('forgets a key after 24 hours', async () => {
    await accept(candidate('a@example.com', { key: 'k', fingerprint: 'f' }));
    await prisma.$executeRaw`UPDATE idempotency_keys SET created_at = now() - interval '24 hours 1 minute'`;
    const other = candidate('b@example.com', { key: 'k', fingerprint: 'g' });
    expect(await accept(other)).toEqual([idOf(other)]);
  });

  it('keeps no key longer than it is good for', async () => {
    await accept(candidate('a@example.com', { key: 'old', fingerprint: 'f' }));
    await prisma.$executeRaw`UPDATE idempotency_keys SET created_at = now() - interval '26 hours'`;
    await accept(candidate('b@example.com', { key: 'new', fingerprint: 'f' }));
    await new ForgetKeys(prisma).forget();
    expect((await prisma.idempotencyKey.findMany()).map(({ key }) => key)).toEqual(['new']);
  });

  it('lets overlapping batches with the same keys and addresses in any order through without a deadlock', async () => {
    // Fast statements rarely overlap: 2 ms per row make sure they do.
    await prisma.$executeRawUnsafe(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(0.002); RETURN NEW; END $$`);
    for (const table of ['users', 'idempotency_keys']) {
      await prisma.$executeRawUnsafe(
        `CREATE TRIGGER slow BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION slow()`,
      );
    }
    const people = Array.from({ length: 40 }, (_, n) => ({ email: `p${n}@example.com`, key: `k${n}` }));
    const batches = Array.from({ length: 8 }, (_, n) => {
      const order = n % 2 === 0 ? people : people.toReversed();
      return order.map(({ email, key }) => candidate(email, { key, fingerprint: email }));
    });
    const outcomes = await Promise.all(batches.map((batch) => accept(...batch)));
    const byPerson = outcomes.map((batch, n) => (n % 2 === 0 ? batch : batch.toReversed()));
    for (const batch of byPerson) expect(batch).toEqual(byPerson[0]);
    expect(await stated()).toHaveLength(people.length);
    await prisma.$executeRaw`DROP FUNCTION slow() CASCADE`;
  });
});
