import { Controller } from '@nestjs/common';
import { UserWithdrawn, WorkspaceRemoved } from '@tributary/contracts';
import { On } from '@tributary/messaging';
import { RemoveWorkspace } from './remove-workspace.ts';

@Controller()
export class UserWithdrawnHandler {
  constructor(private readonly workspaces: RemoveWorkspace) {}

  @On(UserWithdrawn, { promises: [WorkspaceRemoved], within: '10s' })
  async removeWorkspace(event: UserWithdrawn): Promise<void> {
    await this.workspaces.remove(event);
  }
}
