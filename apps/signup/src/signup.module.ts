import { type DynamicModule, Module } from '@nestjs/common';
import { databaseModule, prismaOptions } from '@tributary/service-defaults';
import type pg from 'pg';
import { CONFIG, type Config } from './config.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { ChooseName } from './manage/choose-name.ts';
import { ManageController } from './manage/manage.controller.ts';
import { Withdraw } from './manage/withdraw.ts';
import { MailFailedHandler } from './onboarding/mail-failed.handler.ts';
import { MailSentHandler } from './onboarding/mail-sent.handler.ts';
import { OnboardingController } from './onboarding/onboarding.controller.ts';
import { Onboarding } from './onboarding/onboarding.ts';
import { StatusChanges } from './onboarding/status-changes.ts';
import { StatusStreams } from './onboarding/status-streams.ts';
import { WorkspaceProvisionedHandler } from './onboarding/workspace-provisioned.handler.ts';
import { WorkspaceProvisioningFailedHandler } from './onboarding/workspace-provisioning-failed.handler.ts';
import { ManageFormsController } from './page/manage-forms.controller.ts';
import { PageController } from './page/page.controller.ts';
import { ForgetKeys } from './sign-up/idempotency-keys.ts';
import { SignUp } from './sign-up/sign-up.ts';
import { SignupController } from './sign-up/signup.controller.ts';

export const handlers = [
  MailSentHandler,
  MailFailedHandler,
  WorkspaceProvisionedHandler,
  WorkspaceProvisioningFailedHandler,
];

@Module({
  controllers: [
    SignupController,
    OnboardingController,
    ManageController,
    PageController,
    ManageFormsController,
    ...handlers,
  ],
  providers: [SignUp, ForgetKeys, ChooseName, Withdraw, Onboarding, StatusChanges, StatusStreams],
})
export class SignupModule {
  static with(config: Config, pool: pg.Pool): DynamicModule {
    const client = new PrismaClient(prismaOptions(pool));
    return {
      module: SignupModule,
      imports: [databaseModule({ service: 'signup', config, client, as: PrismaClient })],
      providers: [{ provide: CONFIG, useValue: config }],
    };
  }
}
