import { Controller } from '@nestjs/common';
import { WorkspaceProvisioningFailed } from '@tributary/contracts';
import { On } from '@tributary/messaging';
import { Onboarding } from './onboarding.ts';

@Controller()
export class WorkspaceProvisioningFailedHandler {
  constructor(private readonly onboarding: Onboarding) {}

  @On(WorkspaceProvisioningFailed)
  async workspaceHasFailed(event: WorkspaceProvisioningFailed): Promise<void> {
    const { userId, attempt, reason } = event.data;
    await this.onboarding.record(event, { userId, step: 'workspace', state: 'failed', attempt, reason });
  }
}
