import { Controller, Inject } from '@nestjs/common';
import { MailFailed, MailSent, WorkspaceProvisioningFailed } from '@tributary/contracts';
import { type Delivery, On } from '@tributary/messaging';
import { CONFIG, type Config, statusPage } from '../config.ts';
import { FOLLOWING } from '../mail/limits.ts';
import { OutgoingMail } from '../mail/outgoing-mail.ts';
import { workspaceFailedEmail } from './workspace-failed-email.ts';

@Controller()
export class WorkspaceProvisioningFailedHandler {
  constructor(
    private readonly mail: OutgoingMail,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @On(WorkspaceProvisioningFailed, { promises: [MailSent, MailFailed], within: '1m', ...FOLLOWING })
  async sendWorkspaceFailedEmail(event: WorkspaceProvisioningFailed, delivery: Delivery): Promise<void> {
    const { userId, attempt } = event.data;
    const content = workspaceFailedEmail(event.data, statusPage(this.config, userId));
    const letter = { userId, kind: 'workspace-failed', occasion: `attempt-${attempt}`, content } as const;
    await this.mail.send(event, letter, delivery.signal);
  }
}
