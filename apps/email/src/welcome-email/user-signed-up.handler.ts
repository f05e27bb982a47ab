import { Controller } from '@nestjs/common';
import { MailFailed, MailSent, UserSignedUp } from '@tributary/contracts';
import { type Delivery, On } from '@tributary/messaging';
import { WELCOMING } from '../mail/limits.ts';
import { OutgoingMail } from '../mail/outgoing-mail.ts';
import { remember } from '../people/people.ts';
import { welcomeEmail } from './welcome-email.ts';

@Controller()
export class UserSignedUpHandler {
  constructor(private readonly mail: OutgoingMail) {}

  @On(UserSignedUp, { promises: [MailSent, MailFailed], within: '1m', ...WELCOMING })
  async sendWelcomeEmail(event: UserSignedUp, delivery: Delivery): Promise<void> {
    const letter = { userId: event.data.userId, kind: 'welcome', content: welcomeEmail(event.data) } as const;
    await this.mail.send(event, letter, delivery.signal, (tx) => remember(tx, event.data));
  }
}
