import type { Prisma, PrismaClient } from '../generated/prisma/client.ts';
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

/**
 * Decides what to do with a mail and, when that is to send it, claims it: pending → sending by compare-and-set on
 * `attempt`. Of several that ask at once one may send, the others wait. Times are the database's: clocks of replicas differ.
 */
export async function claimMail(
  db: PrismaClient,
  { userId, kind, occasion = '' }: Pick<Letter, 'userId' | 'kind' | 'occasion'>,
  { whenUnknown, messageIdDomain, leaseMs }: ClaimSettings,
): Promise<{ step: Step; claim: Claim }> {
  const messageId = `<${[kind, userId, ...(occasion ? [occasion] : [])].join('.')}@${messageIdDomain}>`;
  // The update changes nothing: it makes RETURNING answer for a row that is already there.
  const [mail] = await db.$queryRaw<[MailRow]>`
    INSERT INTO mails (user_id, kind, occasion, message_id) VALUES (${userId}::uuid, ${kind}, ${occasion}, ${messageId})
    ON CONFLICT (user_id, kind, occasion) DO UPDATE SET kind = excluded.kind
    RETURNING id, message_id AS "messageId", status, attempt, copies, coalesce(lease_until < now(), true) AS "leaseExpired"`;
  const claim = { id: mail.id, messageId: mail.messageId, attempt: mail.attempt + 1 };
  const step = nextStep(mail, whenUnknown);

  if (step === 'hold') {
    const unchanged = { id: mail.id, attempt: mail.attempt, status: mail.status };
    await db.mail.updateMany({ where: unchanged, data: { status: 'unknown', leaseUntil: null } });
  }
  if (step !== 'send' && step !== 'resend') return { step, claim };

  const claimed = await db.$executeRaw`
    UPDATE mails SET status = 'sending', attempt = ${claim.attempt}, copies = copies + ${step === 'resend' ? 1 : 0},
      lease_until = now() + ${leaseMs} * interval '1 millisecond', updated_at = now()
    WHERE id = ${mail.id}::uuid AND attempt = ${mail.attempt} AND status = ${mail.status}::mail_status`;
  return { step: claimed === 1 ? step : 'wait', claim };
}

/** The server has the mail. True for the one call that makes it known, whoever else was at it. */
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
