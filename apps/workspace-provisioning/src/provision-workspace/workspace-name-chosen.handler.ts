import { Controller } from '@nestjs/common';
import { WorkspaceNameChosen, WorkspaceProvisioned, WorkspaceProvisioningFailed } from '@tributary/contracts';
import { On } from '@tributary/messaging';
import { ProvisionWorkspace } from './provision-workspace.ts';

@Controller()
export class WorkspaceNameChosenHandler {
  constructor(private readonly workspaces: ProvisionWorkspace) {}

  @On(WorkspaceNameChosen, {
    promises: [WorkspaceProvisioned, WorkspaceProvisioningFailed],
    within: '10s',
  })
  async provisionWorkspace(event: WorkspaceNameChosen): Promise<void> {
    const { userId, attempt, workspaceName } = event.data;
    await this.workspaces.provision(event, { userId, attempt, name: workspaceName });
  }
}
