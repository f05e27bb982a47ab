import type { MailStatus } from '../generated/prisma/enums.ts';

/** What is known of a mail when an event asks for it. */
export interface MailRow {
  id: string;
  messageId: string;
  status: MailStatus;
  attempt: number;
  copies: number;
  /** Meaningful while `sending`: the claim is older than any attempt can be. */
  leaseExpired: boolean;
}

/** What to do with a mail that may have been sent or not: send it once more, or leave it to an operator. */
export type WhenUnknown = 'resend' | 'hold';

/**
 * send: first or next attempt · resend: one more copy · wait: somebody else is at it · hold: an operator decides · suppress: the
 * person has withdrawn · nothing: settled
 */
export type Step = 'send' | 'resend' | 'wait' | 'hold' | 'suppress' | 'nothing';

export interface StepSettings {
  whenUnknown: WhenUnknown;
  withdrawn: boolean;
}

/** A server that takes mails and never answers must not flood a person: then the mail is held, whatever the setting. */
export const MAX_COPIES = 5;

export function nextStep(mail: Pick<MailRow, 'status' | 'copies' | 'leaseExpired'>, settings: StepSettings): Step {
  switch (mail.status) {
    case 'pending':
      return settings.withdrawn ? 'suppress' : 'send';
    case 'sending':
      return mail.leaseExpired ? unknownStep(mail.copies, settings) : 'wait';
    case 'unknown':
      return unknownStep(mail.copies, settings);
    case 'sent':
    case 'failed':
    case 'suppressed':
      return 'nothing';
  }
}

function unknownStep(copies: number, { whenUnknown, withdrawn }: StepSettings): Step {
  if (withdrawn) return 'suppress';
  return whenUnknown === 'resend' && copies < MAX_COPIES ? 'resend' : 'hold';
}
