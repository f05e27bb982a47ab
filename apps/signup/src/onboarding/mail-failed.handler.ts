import { Controller } from '@nestjs/common';
import { MailFailed } from '@tributary/contracts';
import { On } from '@tributary/messaging';
import { Onboarding } from './onboarding.ts';

@Controller()
export class MailFailedHandler {
  constructor(private readonly onboarding: Onboarding) {}

  @On(MailFailed)
  async welcomeMailHasFailed(event: MailFailed): Promise<void> {
    if (event.data.kind !== 'welcome') return;
    await this.onboarding.record(event, event.data.userId, 'welcome-mail', 'failed');
  }
}
