import { type DynamicModule, Module } from '@nestjs/common';
import { databaseModule, prismaOptions } from '@tributary/service-defaults';
import type pg from 'pg';
import { CONFIG, type Config } from './config.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { MailFailedHandler } from './onboarding/mail-failed.handler.ts';
import { MailSentHandler } from './onboarding/mail-sent.handler.ts';
import { OnboardingController } from './onboarding/onboarding.controller.ts';
import { Onboarding } from './onboarding/onboarding.ts';
import { StatusChanges } from './onboarding/status-changes.ts';
import { StatusStreams } from './onboarding/status-streams.ts';
import { PageController } from './page/page.controller.ts';
import { ForgetKeys } from './sign-up/idempotency-keys.ts';
import { SignUp } from './sign-up/sign-up.ts';
import { SignupController } from './sign-up/signup.controller.ts';

export const handlers = [MailSentHandler, MailFailedHandler];

@Module({
  controllers: [SignupController, OnboardingController, PageController, ...handlers],
  providers: [SignUp, ForgetKeys, Onboarding, StatusChanges, StatusStreams],
})
export class SignupModule {
  static with(config: Config, pool: pg.Pool): DynamicModule {
    const client = new PrismaClient(prismaOptions(pool));
    return {
      module: SignupModule,
      imports: [databaseModule({ service: 'signup', databaseUrl: config.DATABASE_URL, client, as: PrismaClient })],
      providers: [{ provide: CONFIG, useValue: config }],
    };
  }
}
