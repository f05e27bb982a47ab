import type { INestApplication, INestMicroservice, Type } from '@nestjs/common';
import { announcementOf, type EventConsumer, rightsOf, topologyOf } from '@tributary/messaging';
import { outboxMigrations } from '@tributary/outbox';
import { Command } from 'commander';
import type pg from 'pg';
import type { z } from 'zod';
import { addCatchUp } from './catch-up.ts';
import { describeVariables, HELP_WIDTH } from './describe-variables.ts';
import type { Health } from './health-server.ts';
import type { MigrationSource } from './migrations.ts';
import { type Environment, parseConfig } from './parse-config.ts';
import { relay } from './relay.ts';
import { runCommand } from './run-command.ts';
import { serve } from './serve.ts';
import { commonPart, type ServiceSchema } from './service-config.ts';
import { setup } from './setup.ts';
import { versionOf } from './version.ts';
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
  /**
   * Milliseconds before each retry of what failed for a reason that may pass; after the last one it is a dead letter. One backoff tier, an
   * exchange and a queue, for each different delay. `DEFAULT_RETRY_DELAYS_MS` unless given.
   */
  retryDelaysMs?: readonly number[];
  /** For services that people talk to: without a broker facts wait in the outbox, so `/readyz` warns and stays 200. */
  readyWithoutBroker?: boolean;
  /** What `/readyz` says beside the state of database, broker and queues. Asked often: it only tells what is known. */
  health?(app: INestApplication | INestMicroservice): Health;
  /** It reads the event log: stated in `service.joined.v1`, printed by `topology`, and a right its broker user needs. */
  readsLog?: true;
  /** Commands of its own, beside `serve`, `relay`, `setup`, `catch-up` and `topology`. */
  commands?: readonly ServiceCommand<z.output<Schema>>[];
}

export interface ServiceCommand<Config> {
  name: string;
  /** One sentence for `--help`. */
  summary: string;
  /** `signal` is aborted by SIGINT and SIGTERM. The process ends with 1 and the reason on stderr when this rejects. */
  run(config: Config, signal: AbortSignal): Promise<void>;
}

/** The whole life of a service's process: reads the command line, does what it says, and ends the process. */
export async function runService<Schema extends ServiceSchema>(definition: ServiceDefinition<Schema>): Promise<void> {
  const { service, summary, config, handlers, migrations, retryDelaysMs, readsLog, commands = [] } = definition;
  const topology = () => topologyOf({ service, handlers, readsLog, ...(retryDelaysMs && { retryDelaysMs }) });
  const announcement = () => announcementOf({ service, handlers, readsLog });
  const sources: MigrationSource[] = [
    { directory: outboxMigrations, table: { schema: 'messaging', name: '_migrations' } },
    { directory: migrations, table: { schema: 'public', name: '_prisma_migrations' } },
  ];
  const common = () => parseConfig(commonPart(config.schema), config.env, service);
  const full = () => parseConfig(config.schema, config.env, service);

  const program = new Command(service)
    .description(summary)
    .version(versionOf(service, migrations), '--version', 'Print the version of the service and of Node.js.')
    .configureOutput({ getOutHelpWidth: () => HELP_WIDTH, getErrHelpWidth: () => HELP_WIDTH })
    .showHelpAfterError('(--help lists commands and variables)');
  program
    .command('serve')
    .description('Handle facts, and requests where it takes any, until told to stop. The default.')
    .action(() => serve({ ...definition, config: full(), topology: topology(), sources, announcement }));
  program
    .command('relay')
    .description('Publish the facts that wait in the outbox, until told to stop. Any number may run.')
    .action(() => relay({ service, config: common(), topology: topology(), sources }));
  program
    .command('setup')
    .description(
      'Bring database, rights and queues up to this version, print every change, and end. Run it before serve.',
    )
    .action(() => setUpAndTell(service, { config: common(), topology: topology(), sources, announcement }));
  program
    .command('topology')
    .description(
      'Print what this version needs on the broker, the rights of its user there, and what it announces, as JSON. Connects to nothing.',
    )
    .action(() => {
      const described = { ...topology(), rights: rightsOf(topology()), announces: announcement().data };
      process.stdout.write(`${JSON.stringify(described, null, 2)}\n`);
    });
  addCatchUp(program, () => ({ config: common(), topology: topology(), sources, announcement }));
  for (const { name, summary, run } of commands) {
    const action = () => runCommand(`${service} ${name}`, (signal) => run(full(), signal));
    program.command(name).description(summary).action(action);
  }
  program.addHelpText('after', `\n${describeVariables(config.schema, service)}`);
  // Not Commander's default command: that takes a command it does not know for an argument of `serve`.
  const given = process.argv.slice(2);
  await program.parseAsync(given.length > 0 ? given : ['serve'], { from: 'user' });
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
