import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { metrics } from '@opentelemetry/api';
import { createEvent, type Event, MailFailed, MailSent } from '@tributary/contracts';
import { Inbox, Outbox } from '@tributary/outbox';
import { logger } from '@tributary/telemetry';
import { CONFIG, type Config, messageIdDomain } from '../config.ts';
import { MailDeferred, mailHeld, MailInFlight, MailUnanswered } from '../errors.ts';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { type Letter, Mailer } from './mailer.ts';
import { type Before, type Claim, claimMail, type ClaimSettings, giveBack, recordFailed, recordSent } from './mails.ts';
import { RECORDING_MS } from './limits.ts';
import { persist } from './persist.ts';
import type { SmtpOutcome } from './smtp-outcome.ts';

/** For the last records at shutdown; whoever stops us has 10 s in all. */
const LAST_RECORDS_MS = 2_000;

/**
 * Sends each mail once and states what became of it, though a mail server takes part in no transaction.
 *
 * A crash, or a lost database connection …    leaves the row     and the redelivery
 * before the claim                            absent, pending    sends
 * after the claim, before the server's 250    sending            waits for the lease, then sends: counted as a copy, is none
 * after the 250, before the record            sending            waits for the lease, then sends one more copy, same Message-ID
 * during the record's commit                  sending or sent    as the line above or below
 * after the record, before the ack            sent               does nothing: the fact was stated in that commit
 * after a 5xx, before the record              sending            waits, sends: refused again, then stated
 * after a 4xx, before the claim is given back sending            waits, sends: counted as a copy, is none
 *
 * A person who withdraws before the claim gets no mail: the row is `suppressed`, and nothing is stated. After the claim it may still go
 * out, and its outcome is stated; where it did not, or nobody knows, no further copy goes out: the next delivery finds them withdrawn.
 *
 * The row is to a mail what the inbox is to other effects: the attempt that settles it states the fact, in the same commit. The inbox is
 * told in that commit, for catching up from the event log, and is never asked whether the mail is settled: it would let a late loser, whose
 * refusal no longer counts, keep the winner from stating anything. It is asked, with the claim, whether the event says what it said first.
 */
@Injectable()
export class OutgoingMail implements OnApplicationShutdown {
  private readonly log = logger('outgoing-mail');
  private readonly attempted = metrics.getMeter('tributary').createCounter('tributary.mail.attempts', {
    unit: '{attempt}',
    description: 'Attempts to send a mail, by kind and outcome.',
  });
  private readonly extraCopies = metrics.getMeter('tributary').createCounter('tributary.mail.extra_copies', {
    unit: '{copy}',
    description: 'Mails sent once more, with the same Message-ID, because nobody knew whether they had been sent.',
  });

  private readonly underWay = new Set<Promise<void>>();
  private readonly smtpTimeoutMs: number;
  private readonly claiming: ClaimSettings;

  constructor(
    private readonly db: PrismaClient,
    private readonly outbox: Outbox<Prisma.TransactionClient>,
    private readonly inbox: Inbox<Prisma.TransactionClient>,
    private readonly mailer: Mailer,
    @Inject(CONFIG) config: Config,
  ) {
    this.smtpTimeoutMs = config.SMTP_TIMEOUT_MS;
    this.claiming = {
      whenUnknown: config.MAIL_UNKNOWN,
      messageIdDomain: messageIdDomain(config),
      leaseMs: config.SMTP_TIMEOUT_MS + RECORDING_MS,
    };
  }

  /**
   * Resolves when the mail is sent or refused for good, and that is stated; or when nobody is to get it any more.
   * @param given ends the attempt early; what is known then is still recorded
   * @param first is part of the claim's transaction
   * @throws AddressUnknown, MailInFlight, MailDeferred, MailUnanswered: try again later; EventIdReused, PermanentFailure: nothing to be
   * done without an operator
   */
  async send(cause: Event, letter: Letter, given: AbortSignal, first?: Before): Promise<void> {
    const attempt = this.attempt(cause, letter, given, first);
    this.underWay.add(attempt);
    await attempt.finally(() => this.underWay.delete(attempt));
  }

  /** Those that were abandoned still write down what they know; the database pool is closed after this. */
  async onApplicationShutdown(): Promise<void> {
    const recorded = Promise.allSettled(this.underWay);
    await Promise.race([recorded, delay(LAST_RECORDS_MS, undefined, { ref: false })]);
  }

  private async attempt(cause: Event, letter: Letter, given: AbortSignal, first?: Before): Promise<void> {
    // Both run from before the claim: a process that was stopped in between must not start sending after its lease.
    const signal = AbortSignal.any([given, AbortSignal.timeout(this.smtpTimeoutMs)]);
    const leaseEnds = Date.now() + this.claiming.leaseMs;
    const { step, claim, to } = await claimMail(this.db, letter, this.claiming, async (tx) => {
      await this.inbox.begin(tx, cause);
      await first?.(tx);
    });
    if (step === 'wait') throw new MailInFlight(`Mail ${claim.id} is being sent`);
    if (step === 'hold') throw mailHeld(claim.id);
    if (step === 'suppress' || step === 'nothing' || !to) return this.inbox.note(this.db, cause);
    if (step === 'resend') {
      this.extraCopies.add(1, { kind: letter.kind });
      this.log.warn(
        { mailId: claim.id, messageId: claim.messageId },
        'sending one more copy: nobody knows what became of the last',
      );
    }
    const outcome = await this.mailer.send(letter, { to, messageId: claim.messageId }, signal);
    this.attempted.add(1, { kind: letter.kind, outcome: outcome.result });
    await persist(() => this.record(cause, letter, claim, outcome), leaseEnds);
    this.failUnlessSettled(claim, outcome);
  }

  /** State and fact are one commit, and only the transition states the fact: redelivered or not, it is stated once. */
  private async record(cause: Event, { userId, kind }: Letter, claim: Claim, outcome: SmtpOutcome): Promise<void> {
    const mail = { mailId: claim.id, userId, kind };
    switch (outcome.result) {
      case 'accepted':
        return this.outbox.transaction(async (tx) => {
          if (!(await recordSent(tx, claim))) return;
          await this.inbox.note(tx, cause);
          await this.outbox.add(tx, createEvent(MailSent, { ...mail, messageId: claim.messageId }, cause));
        });
      case 'refused':
        return this.outbox.transaction(async (tx) => {
          const { smtpStatus } = outcome;
          if (!(await recordFailed(tx, claim, smtpStatus))) return;
          await this.inbox.note(tx, cause);
          await this.outbox.add(tx, createEvent(MailFailed, { ...mail, smtpStatus }, cause));
        });
      case 'unknown':
        return giveBack(this.db, claim, 'unknown');
      case 'deferred':
        return giveBack(this.db, claim, 'pending');
    }
  }

  private failUnlessSettled(claim: Claim, outcome: SmtpOutcome): void {
    switch (outcome.result) {
      case 'accepted':
      case 'refused':
        return;
      case 'deferred':
        throw new MailDeferred(`Mail ${claim.id} was not taken: ${outcome.reason}`);
      case 'unknown':
        if (this.claiming.whenUnknown === 'hold') throw mailHeld(claim.id);
        throw new MailUnanswered(`Mail ${claim.id} may have been taken: ${outcome.reason}`);
    }
  }
}
