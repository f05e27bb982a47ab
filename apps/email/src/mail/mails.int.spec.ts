import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { databasePool, prismaOptions } from '@tributary/service-defaults';
import { testDatabase, type TestDatabase } from '@tributary/testing';
import type pg from 'pg';
import { configOf } from '../config.fixture.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import { remember } from '../people/people.ts';
import { claimMail, giveBack, recordFailed, recordSent } from './mails.ts';

const settings = { whenUnknown: 'resend', messageIdDomain: 'tributary.example', leaseMs: 60_000 } as const;
const OVER = { leaseMs: -1 };

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

/** A mail to somebody whose address is known. */
async function someMail() {
  const userId = randomUUID();
  await remember(db, { userId, email: 'ada@example.com', displayName: 'Ada Lovelace' });
  return { userId, kind: 'welcome' as const };
}
const rowOf = (mail: { userId: string }) => db.mail.findFirstOrThrow({ where: { userId: mail.userId } });

describe('claiming a mail', () => {
  it('lets one of many that ask at once send it, and the others wait', async () => {
    const mail = await someMail();
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimMail(db, mail, settings)));
    expect(claims.map(({ step }) => step).sort()).toEqual(['send', ...Array<string>(7).fill('wait')]);
    expect(await rowOf(mail)).toMatchObject({ status: 'sending', attempt: 1, copies: 1 });
  });

  it('lets one of many resend a mail whose sender has not come back', async () => {
    const mail = await someMail();
    await claimMail(db, mail, { ...settings, ...OVER });
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimMail(db, mail, settings)));
    expect(claims.map(({ step }) => step).sort()).toEqual(['resend', ...Array<string>(7).fill('wait')]);
    expect(await rowOf(mail)).toMatchObject({ status: 'sending', attempt: 2, copies: 2 });
  });

  it('keeps the Message-ID when the domain is configured anew', async () => {
    const mail = await someMail();
    const { claim: first } = await claimMail(db, mail, { ...settings, ...OVER });
    const { claim: second } = await claimMail(db, mail, { ...settings, messageIdDomain: 'other.example' });
    expect(first.messageId).toBe(`<welcome.${mail.userId}@tributary.example>`);
    expect(second.messageId).toBe(first.messageId);
  });

  it('keeps mails of one kind apart by their occasion, in the Message-ID as well', async () => {
    const mail = { ...(await someMail()), kind: 'workspace-failed' as const };
    const claims = [];
    for (const occasion of ['1', '2', '1']) claims.push(await claimMail(db, { ...mail, occasion }, settings));
    expect(claims.map(({ step }) => step)).toEqual(['send', 'send', 'wait']);
    expect(claims.map(({ claim }) => claim.messageId)).toEqual(
      ['1', '2', '1'].map((occasion) => `<workspace-failed.${mail.userId}.${occasion}@tributary.example>`),
    );
  });

  it('marks the mail as unknown when it is to be held, for an operator to see', async () => {
    const mail = await someMail();
    await claimMail(db, mail, { ...settings, ...OVER });
    expect(await claimMail(db, mail, { ...settings, whenUnknown: 'hold' })).toMatchObject({ step: 'hold' });
    expect(await rowOf(mail)).toMatchObject({ status: 'unknown', copies: 1 });
  });

  it('has nothing to do once the mail is sent or refused', async () => {
    const [sent, refused] = [await someMail(), await someMail()];
    const claims = await Promise.all([claimMail(db, sent, settings), claimMail(db, refused, settings)]);
    await recordSent(db, claims[0].claim);
    await recordFailed(db, claims[1].claim, 550);
    expect(await claimMail(db, sent, settings)).toMatchObject({ step: 'nothing' });
    expect(await claimMail(db, refused, settings)).toMatchObject({ step: 'nothing' });
    expect(await rowOf(refused)).toMatchObject({ status: 'failed', smtpStatus: 550 });
  });

  it('is free at once when it was given back', async () => {
    const mail = await someMail();
    const { claim } = await claimMail(db, mail, settings);
    await giveBack(db, claim, 'pending');
    expect(await claimMail(db, mail, settings)).toMatchObject({ step: 'send' });
    expect(await rowOf(mail)).toMatchObject({ attempt: 2, copies: 1 });
  });

  it('keeps nothing that identifies a person', async () => {
    const mail = await someMail();
    await claimMail(db, mail, settings);
    const { id, userId, messageId, ...rest } = await rowOf(mail);
    expect([id, userId, messageId.includes(userId)]).toEqual([expect.any(String), mail.userId, true]);
    expect(Object.keys(rest).sort()).toEqual(
      ['attempt', 'copies', 'createdAt', 'kind', 'leaseUntil', 'occasion', 'smtpStatus', 'status', 'updatedAt'].sort(),
    );
  });
});

describe('a sender that comes back after its lease', () => {
  async function overtaken() {
    const mail = await someMail();
    const { claim: late } = await claimMail(db, mail, { ...settings, ...OVER });
    const { claim: current } = await claimMail(db, mail, settings);
    return { mail, late, current };
  }

  it('still knows that the mail was sent, and of two only the first to say so states it', async () => {
    const { mail, late, current } = await overtaken();
    expect(await recordSent(db, late)).toBe(true);
    expect(await recordSent(db, current)).toBe(false);
    expect(await rowOf(mail)).toMatchObject({ status: 'sent', copies: 2 });
  });

  it('neither fails nor frees the mail that another is sending', async () => {
    const { mail, late } = await overtaken();
    expect(await recordFailed(db, late, 550)).toBe(false);
    await giveBack(db, late, 'pending');
    expect(await rowOf(mail)).toMatchObject({ status: 'sending', attempt: 2 });
  });

  it('does not turn a mail that was sent into one that is held', async () => {
    const { mail, current } = await overtaken();
    await recordSent(db, current);
    await giveBack(db, current, 'unknown');
    expect(await rowOf(mail)).toMatchObject({ status: 'sent' });
  });
});
