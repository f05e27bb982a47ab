import { AddressUnknown } from '../errors.ts';
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { lockPerson, type Recipient } from '../people/people.ts';
import { type MailRow, nextStep, type Step, type WhenUnknown } from './mail-state.ts';
import type { Letter } from './mailer.ts';

/** A claimed mail: ours to send until the lease ends. */
export interface Claim {
  id: string;
  messageId: string;
  attempt: number;
}

export interface ClaimSettings {
  whenUnknown: WhenUnknown;
  messageIdDomain: string;
  /** Milliseconds; longer than an attempt and its recording can take. */
  leaseMs: number;
}

/** What belongs to the claim and comes before it. */
export type Before = (tx: Prisma.TransactionClient) => Promise<unknown>;

/** Milliseconds; as long as the database lets a statement of it wait. */
const TRANSACTION = { timeout: 10_000 };

/**
 * Decides what to do with a mail and, when that is to send it, claims it: pending → sending. The person's row is locked
 * first: they withdraw before the claim, and it is not made, or after it. The mail's row is locked next: of several that ask
 * at once one may send, the others wait. Times are the database's: clocks of replicas differ.
 * @returns `to`, absent when the person has withdrawn
 * @throws AddressUnknown
 */
export async function claimMail(
  db: PrismaClient,
  { userId, kind, occasion = '' }: Pick<Letter, 'userId' | 'kind' | 'occasion'>,
  { whenUnknown, messageIdDomain, leaseMs }: ClaimSettings,
  before?: Before,
): Promise<{ step: Step; claim: Claim; to?: Recipient }> {
  const messageId = `<${[kind, userId, ...(occasion ? [occasion] : [])].join('.')}@${messageIdDomain}>`;
  return db.$transaction(async (tx) => {
    await before?.(tx);
    const to = await lockPerson(tx, userId);
    if (!to) throw new AddressUnknown(`Nobody knows yet where to write to ${userId}`);
    if (to !== 'withdrawn') {
      // Nearly always nobody has asked for it before: made and claimed in one statement.
      const [claim] = await tx.$queryRaw<[Claim?]>`
        INSERT INTO mails (user_id, kind, occasion, message_id, status, attempt, lease_until)
        VALUES (${userId}::uuid, ${kind}, ${occasion}, ${messageId}, 'sending', 1, now() + ${leaseMs} * interval '1 millisecond')
        ON CONFLICT (user_id, kind, occasion) DO NOTHING
        RETURNING id, message_id AS "messageId", attempt`;
      if (claim) return { step: 'send', claim, to };
    }
    // The update changes nothing: it locks a row that is already there and makes RETURNING answer for it.
    const [mail] = await tx.$queryRaw<[MailRow]>`
      INSERT INTO mails (user_id, kind, occasion, message_id) VALUES (${userId}::uuid, ${kind}, ${occasion}, ${messageId})
      ON CONFLICT (user_id, kind, occasion) DO UPDATE SET kind = excluded.kind
      RETURNING id, message_id AS "messageId", status, attempt, copies, coalesce(lease_until < now(), true) AS "leaseExpired"`;
    const claim = { id: mail.id, messageId: mail.messageId, attempt: mail.attempt + 1 };
    const step = nextStep(mail, { whenUnknown, withdrawn: to === 'withdrawn' });

    if (step === 'hold') await settle(tx, claim, 'unknown');
    if (step === 'suppress') await settle(tx, claim, 'suppressed');
    if (step === 'send' || step === 'resend') {
      await tx.$executeRaw`
        UPDATE mails SET status = 'sending', attempt = ${claim.attempt}, copies = copies + ${step === 'resend' ? 1 : 0},
          lease_until = now() + ${leaseMs} * interval '1 millisecond', updated_at = now()
        WHERE id = ${claim.id}::uuid`;
    }
    return to === 'withdrawn' ? { step, claim } : { step, claim, to };
  }, TRANSACTION);
}

const settle = (tx: Prisma.TransactionClient, { id }: Claim, status: 'unknown' | 'suppressed') =>
  tx.mail.updateMany({ where: { id }, data: { status, leaseUntil: null } });

/** The server has the mail, also when its person has withdrawn meanwhile. True for the one call that makes it known, whoever else was at it. */
export async function recordSent(tx: Prisma.TransactionClient, { id }: Claim): Promise<boolean> {
  const { count } = await tx.mail.updateMany({
    where: { id, status: { notIn: ['sent', 'failed'] } },
    data: { status: 'sent', leaseUntil: null },
  });
  return count === 1;
}

/** True unless the claim was lost meanwhile: then its new holder decides. */
export async function recordFailed(tx: Prisma.TransactionClient, claim: Claim, smtpStatus: number): Promise<boolean> {
  const { count } = await tx.mail.updateMany({
    where: stillOurs(claim),
    data: { status: 'failed', smtpStatus, leaseUntil: null },
  });
  return count === 1;
}

/** Gives the claim back: `pending` when the server certainly has no copy, `unknown` when it may have one. */
export async function giveBack(db: PrismaClient, claim: Claim, status: 'pending' | 'unknown'): Promise<void> {
  await db.mail.updateMany({ where: stillOurs(claim), data: { status, leaseUntil: null } });
}

const stillOurs = ({ id, attempt }: Claim) => ({ id, attempt, status: 'sending' as const });
