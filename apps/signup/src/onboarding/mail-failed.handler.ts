import { Controller } from '@nestjs/common';
import { MailFailed } from '@tributary/contracts';
import { On } from '@tributary/messaging';
import { mailSteps } from './mail-steps.ts';
import { Onboarding } from './onboarding.ts';

@Controller()
export class MailFailedHandler {
  constructor(private readonly onboarding: Onboarding) {}

  @On(MailFailed)
  async mailHasFailed(event: MailFailed): Promise<void> {
    const { userId, kind } = event.data;
    const step = mailSteps[kind];
    if (step) await this.onboarding.record(event, { userId, step, state: 'failed' });
  }
}
