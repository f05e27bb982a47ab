import { Controller } from '@nestjs/common';
import { WorkspaceProvisioned } from '@tributary/contracts';
import { On } from '@tributary/messaging';
import { Onboarding } from './onboarding.ts';

@Controller()
export class WorkspaceProvisionedHandler {
  constructor(private readonly onboarding: Onboarding) {}

  @On(WorkspaceProvisioned)
  async workspaceIsDone(event: WorkspaceProvisioned): Promise<void> {
    const { userId, attempt } = event.data;
    await this.onboarding.record(event, { userId, step: 'workspace', state: 'done', attempt });
  }
}
