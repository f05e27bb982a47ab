import type { INestApplication, INestMicroservice, Type } from '@nestjs/common';
import { type EventConsumer, topologyOf } from '@tributary/messaging';
import { outboxMigrations } from '@tributary/outbox';
import { Command } from 'commander';
import type pg from 'pg';
import type { z } from 'zod';
import type { MigrationSource } from './migrations.ts';
import { describeVariables, type Environment, parseConfig } from './parse-config.ts';
import { relay } from './relay.ts';
import { serve } from './serve.ts';
import { commonPart, type ServiceSchema } from './service-config.ts';
import { setup } from './setup.ts';
import { reasonOf } from './wait-for.ts';

export interface ServiceDefinition<Schema extends ServiceSchema> {
  /** Its name everywhere: queues, source of its facts, database login, logs. */
  service: string;
  /** One sentence for `--help`. */
  summary: string;
  /** Made in the service's `config.ts`, the one file that reads `process.env`. */
  config: { schema: Schema; env: Environment };
  /** Every controller with `@On` methods: the topology is derived from them. */
  handlers: readonly Type[];
  /** The folder of the service's own migrations. */
  migrations: URL;
  /**
   * Makes the Nest application. A microservice takes `consumer` as its strategy; an HTTP application connects it as a
   * microservice with `inheritAppConfig` and listens on its own port before it is returned. Consuming is started, and
   * everything closed, by `runService`: application first, then `pool`.
   */
  create(
    config: z.output<Schema>,
    consumer: EventConsumer,
    pool: pg.Pool,
  ): Promise<INestApplication | INestMicroservice>;
  /** Backoff tiers; part of the topology. */
  retryDelaysMs?: readonly number[];
  /** Deliveries at once per queue in one process. */
  prefetch?: number;
  /** For services that people talk to: without a broker facts wait in the outbox, so `/readyz` warns and stays 200. */
  readyWithoutBroker?: boolean;
}

/** The whole life of a service's process: reads the command line, does what it says, and ends the process. */
export async function runService<Schema extends ServiceSchema>(definition: ServiceDefinition<Schema>): Promise<void> {
  const { service, summary, config, handlers, migrations, retryDelaysMs } = definition;
  const topology = () => topologyOf({ service, handlers, ...(retryDelaysMs && { retryDelaysMs }) });
  const sources: MigrationSource[] = [
    { directory: outboxMigrations, table: { schema: 'messaging', name: '_migrations' } },
    { directory: migrations, table: { schema: 'public', name: '_prisma_migrations' } },
  ];
  const common = () => parseConfig(commonPart(config.schema), config.env, service);

  const program = new Command(service).description(summary).showHelpAfterError();
  program
    .command('serve', { isDefault: true })
    .description('Handle facts, and requests where it takes any, until told to stop. The default.')
    .action(() =>
      serve({ ...definition, config: parseConfig(config.schema, config.env, service), topology: topology(), sources }),
    );
  program
    .command('relay')
    .description('Publish the facts that wait in the outbox, until told to stop. Any number may run.')
    .action(() => relay({ service, config: common(), topology: topology(), sources }));
  program
    .command('setup')
    .description(
      'Bring database, rights and queues up to this version, print every change, and end. Run it before serve.',
    )
    .action(() => setUpAndTell(service, { config: common(), topology: topology(), sources }));
  program
    .command('topology')
    .description('Print the exchanges, queues and bindings this version needs as JSON. Connects to nothing.')
    .action(() => void process.stdout.write(`${JSON.stringify(topology(), null, 2)}\n`));
  program.addHelpText('after', `\nEnvironment variables:\n${describeVariables(config.schema, service)}`);
  await program.parseAsync();
}

async function setUpAndTell(service: string, options: Omit<Parameters<typeof setup>[0], 'report'>): Promise<void> {
  let changes = 0;
  const report = (change: string) => {
    changes += 1;
    process.stdout.write(`${service}: ${change}\n`);
  };
  try {
    await setup({ ...options, report });
    if (changes === 0) process.stdout.write(`${service}: nothing to change\n`);
  } catch (error) {
    process.stderr.write(`${service} could not be set up: ${reasonOf(error)}\n`);
    process.exitCode = 1;
  }
}
