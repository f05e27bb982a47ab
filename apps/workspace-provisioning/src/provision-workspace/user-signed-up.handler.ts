import { Controller } from '@nestjs/common';
import { UserSignedUp, WorkspaceProvisioned, WorkspaceProvisioningFailed } from '@tributary/contracts';
import { On } from '@tributary/messaging';
import { ProvisionWorkspace } from './provision-workspace.ts';

@Controller()
export class UserSignedUpHandler {
  constructor(private readonly workspaces: ProvisionWorkspace) {}

  @On(UserSignedUp, {
    promises: [WorkspaceProvisioned, WorkspaceProvisioningFailed],
    within: '10s',
  })
  async provisionWorkspace(event: UserSignedUp): Promise<void> {
    const { userId, workspaceName } = event.data;
    await this.workspaces.provision(event, { userId, attempt: 1, name: workspaceName });
  }
}
