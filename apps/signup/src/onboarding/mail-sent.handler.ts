import { Controller } from '@nestjs/common';
import { MailSent } from '@tributary/contracts';
import { On } from '@tributary/messaging';
import { mailSteps } from './mail-steps.ts';
import { Onboarding } from './onboarding.ts';

@Controller()
export class MailSentHandler {
  constructor(private readonly onboarding: Onboarding) {}

  @On(MailSent)
  async mailIsDone(event: MailSent): Promise<void> {
    const { userId, kind } = event.data;
    const step = mailSteps[kind];
    if (step) await this.onboarding.record(event, { userId, step, state: 'done' });
  }
}
