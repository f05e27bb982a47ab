import type { EventContract } from './define-event.ts';
import { MailFailed } from './events/mail-failed.ts';
import { MailSent } from './events/mail-sent.ts';
import { UserSignedUp } from './events/user-signed-up.ts';

/** Every fact that can be stated. Who listens is nobody's business here. */
export const catalog: readonly EventContract[] = [UserSignedUp, MailSent, MailFailed];
