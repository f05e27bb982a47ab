import { type DynamicModule, Module } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { Inbox, Outbox } from '@tributary/outbox';
import { databaseModule } from '@tributary/service-defaults';
import type pg from 'pg';
import { type EmailConfig, mailerSettings, outgoingMailSettings } from './config.ts';
import { type Prisma, PrismaClient } from './generated/prisma/client.ts';
import { Mailer } from './mail/mailer.ts';
import { OutgoingMail } from './mail/outgoing-mail.ts';
import { UserSignedUpHandler } from './welcome-email/user-signed-up.handler.ts';

export const handlers = [UserSignedUpHandler];

@Module({})
export class EmailModule {
  static with(config: EmailConfig, pool: pg.Pool): DynamicModule {
    const client = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
    const database = { service: 'email', databaseUrl: config.DATABASE_URL, client, as: PrismaClient };
    return {
      module: EmailModule,
      imports: [databaseModule<Prisma.TransactionClient, PrismaClient>(database)],
      controllers: handlers,
      providers: [
        { provide: Mailer, useFactory: () => new Mailer(mailerSettings(config)) },
        {
          provide: OutgoingMail,
          inject: [PrismaClient, Inbox, Outbox, Mailer],
          useFactory: (
            db: PrismaClient,
            inbox: Inbox<Prisma.TransactionClient>,
            outbox: Outbox<Prisma.TransactionClient>,
            mailer: Mailer,
          ) => new OutgoingMail(db, inbox, outbox, mailer, outgoingMailSettings(config)),
        },
      ],
    };
  }
}
