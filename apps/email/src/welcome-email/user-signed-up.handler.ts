import { Controller } from '@nestjs/common';
import { MailFailed, MailSent, UserSignedUp } from '@tributary/contracts';
import { type Delivery, On } from '@tributary/messaging';
import { SENDING } from '../mail/limits.ts';
import { OutgoingMail } from '../mail/outgoing-mail.ts';
import { welcomeEmail } from './welcome-email.ts';

@Controller()
export class UserSignedUpHandler {
  constructor(private readonly mail: OutgoingMail) {}

  @On(UserSignedUp, { promises: [MailSent, MailFailed], within: '1m', ...SENDING })
  async sendWelcomeEmail(event: UserSignedUp, delivery: Delivery): Promise<void> {
    const { userId, displayName, email } = event.data;
    const to = { name: displayName, address: email };
    await this.mail.send(event, { userId, kind: 'welcome', to, content: welcomeEmail(event.data) }, delivery.signal);
  }
}
