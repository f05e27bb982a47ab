import { type DynamicModule, Module } from '@nestjs/common';
import { databaseModule, prismaOptions } from '@tributary/service-defaults';
import type pg from 'pg';
import { CONFIG, type Config } from './config.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { Mailer } from './mail/mailer.ts';
import { OutgoingMail } from './mail/outgoing-mail.ts';
import { UserWithdrawnHandler } from './people/user-withdrawn.handler.ts';
import { UserSignedUpHandler } from './welcome-email/user-signed-up.handler.ts';
import { WorkspaceProvisionedHandler } from './workspace-email/workspace-provisioned.handler.ts';
import { WorkspaceProvisioningFailedHandler } from './workspace-email/workspace-provisioning-failed.handler.ts';

export const handlers = [
  UserSignedUpHandler,
  WorkspaceProvisionedHandler,
  WorkspaceProvisioningFailedHandler,
  UserWithdrawnHandler,
];

@Module({
  controllers: handlers,
  providers: [Mailer, OutgoingMail],
})
export class EmailModule {
  static with(config: Config, pool: pg.Pool): DynamicModule {
    const client = new PrismaClient(prismaOptions(pool));
    return {
      module: EmailModule,
      imports: [databaseModule({ service: 'email', config, client, as: PrismaClient })],
      providers: [{ provide: CONFIG, useValue: config }],
    };
  }
}
