import type { DynamicModule, Type } from '@nestjs/common';
import { type Database, Inbox, Nudge, Outbox, type SqlTransaction } from '@tributary/outbox';
import type { ServiceConfig } from './service-config.ts';
import { sessionUrl } from './sessions.ts';

export interface DatabaseModuleOptions<Tx extends SqlTransaction, Client extends Database<Tx>> {
  /** Who an event counts as handled by. */
  service: string;
  config: Pick<ServiceConfig, 'DATABASE_URL' | 'SESSION_DATABASE_URL'>;
  /** The generated Prisma client, and the class it is injected as. */
  client: Client;
  as: Type<Client>;
}

/** Injects the database client, `Outbox` and `Inbox` everywhere in the application. */
export function databaseModule<Tx extends SqlTransaction, Client extends Database<Tx>>(
  options: DatabaseModuleOptions<Tx, Client>,
): DynamicModule {
  const { service, config, client, as } = options;
  const nudge = new Nudge({ databaseUrl: sessionUrl(config) });
  const outbox = new Outbox<Tx>(client, { nudge });
  const inbox = new Inbox<Tx>(outbox, { consumer: service });
  return {
    module: DatabaseModule,
    global: true,
    providers: [
      { provide: as, useValue: client },
      { provide: Outbox, useValue: outbox },
      { provide: Inbox, useValue: inbox },
      // After the consumer has drained: running handlers still commit.
      { provide: Nudge, useValue: Object.assign(nudge, { onApplicationShutdown: () => nudge.close() }) },
    ],
    exports: [as, Outbox, Inbox],
  };
}

class DatabaseModule {}
