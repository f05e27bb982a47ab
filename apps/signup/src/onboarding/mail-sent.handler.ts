import { Controller } from '@nestjs/common';
import { MailSent } from '@tributary/contracts';
import { On } from '@tributary/messaging';
import { Onboarding } from './onboarding.ts';

@Controller()
export class MailSentHandler {
  constructor(private readonly onboarding: Onboarding) {}

  @On(MailSent)
  async welcomeMailIsDone(event: MailSent): Promise<void> {
    if (event.data.kind !== 'welcome') return;
    await this.onboarding.record(event, event.data.userId, 'welcome-mail', 'done');
  }
}
