import { PermanentFailure } from '@tributary/messaging';

/** A fact about somebody whose signup has not been heard yet: it brings the address. Tried again later. */
export class AddressUnknown extends Error {
  override readonly name = 'AddressUnknown';
  readonly code = 'EMAIL_ADDRESS_UNKNOWN';
}

/** Somebody else is sending this mail at the moment, or was and is no more: its lease will tell. Tried again later. */
export class MailInFlight extends Error {
  override readonly name = 'MailInFlight';
  readonly code = 'EMAIL_IN_FLIGHT';
}

/** The mail server did not take the mail and may do so later. */
export class MailDeferred extends Error {
  override readonly name = 'MailDeferred';
  readonly code = 'EMAIL_DEFERRED';
}

/** The mail went out and no answer came back. It is sent once more, later, with the same Message-ID. */
export class MailUnanswered extends Error {
  override readonly name = 'MailUnanswered';
  readonly code = 'EMAIL_UNANSWERED';
}

/** Nobody knows whether the mail was sent, and we were told not to risk another copy: a person decides, as the message says. */
export const mailHeld = (mailId: string) =>
  new PermanentFailure(
    `Mail ${mailId} may have been sent or not and is held. To send it once more: UPDATE mails SET status = 'pending', ` +
      `copies = copies + 1 WHERE id = '${mailId}' AND status = 'unknown', then redrive this message. Else drop it.`,
    { code: 'EMAIL_OUTCOME_UNKNOWN' },
  );
