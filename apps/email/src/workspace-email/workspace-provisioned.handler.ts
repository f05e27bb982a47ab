import { Controller } from '@nestjs/common';
import { MailFailed, MailSent, WorkspaceProvisioned } from '@tributary/contracts';
import { type Delivery, On } from '@tributary/messaging';
import { FOLLOWING } from '../mail/limits.ts';
import { OutgoingMail } from '../mail/outgoing-mail.ts';
import { workspaceReadyEmail } from './workspace-ready-email.ts';

@Controller()
export class WorkspaceProvisionedHandler {
  constructor(private readonly mail: OutgoingMail) {}

  @On(WorkspaceProvisioned, { promises: [MailSent, MailFailed], within: '1m', ...FOLLOWING })
  async sendWorkspaceReadyEmail(event: WorkspaceProvisioned, delivery: Delivery): Promise<void> {
    const content = workspaceReadyEmail(event.data);
    await this.mail.send(event, { userId: event.data.userId, kind: 'workspace-ready', content }, delivery.signal);
  }
}
