import { type DynamicModule, Module } from '@nestjs/common';
import { databaseModule, prismaOptions } from '@tributary/service-defaults';
import type pg from 'pg';
import type { Config } from './config.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { ProvisionWorkspace } from './provision-workspace/provision-workspace.ts';
import { UserSignedUpHandler } from './provision-workspace/user-signed-up.handler.ts';
import { WorkspaceNameChosenHandler } from './provision-workspace/workspace-name-chosen.handler.ts';
import { RemoveWorkspace } from './remove-workspace/remove-workspace.ts';
import { UserWithdrawnHandler } from './remove-workspace/user-withdrawn.handler.ts';

export const handlers = [UserSignedUpHandler, WorkspaceNameChosenHandler, UserWithdrawnHandler];

@Module({
  controllers: handlers,
  providers: [ProvisionWorkspace, RemoveWorkspace],
})
export class WorkspaceProvisioningModule {
  static with(config: Config, pool: pg.Pool): DynamicModule {
    const client = new PrismaClient(prismaOptions(pool));
    return {
      module: WorkspaceProvisioningModule,
      imports: [databaseModule({ service: 'workspace-provisioning', config, client, as: PrismaClient })],
    };
  }
}
