import { z } from 'zod';
import { address, postgresUrl, urlOf, wholeNumber } from './kinds-of-variables.ts';

const amqpUrl = urlOf(/^amqps?$/, 'must be an amqp:// or amqps:// URL');

/**
 * What every process of every service reads from its environment; a service extends it in its `config.ts`:
 * `serviceConfig.extend({ SMTP_URL: urlOf(/^smtp$/, 'must be an smtp:// URL').meta({ description: '…', example: 'smtp://localhost:1025' }) })`.
 * `description` and `example` appear in `--help` and beside what is wrong, `<service>` in them as its name. Give `.meta` last.
 */
export const serviceConfig = z.object({
  DATABASE_URL: postgresUrl.meta({
    description: "The service's own database, as its own login.",
    example: 'postgres://<service>:secret@localhost:5432/<service>',
  }),
  SESSION_DATABASE_URL: postgresUrl.optional().meta({
    description:
      'Behind a pooler in transaction mode: the same database, as the same login, on the server itself, for what needs a session of its own. DATABASE_URL unless given.',
    example: 'postgres://<service>:secret@localhost:5432/<service>',
  }),
  AMQP_URL: amqpUrl.meta({
    description: "RabbitMQ, as the service's own user.",
    example: 'amqp://<service>:secret@localhost:5672/tributary',
  }),
  SETUP_DATABASE_URL: postgresUrl.optional().meta({
    description:
      'For `setup`: the same database as a login that may create tables. SESSION_DATABASE_URL or DATABASE_URL unless given.',
    example: 'postgres://setup:secret@localhost:5432/<service>',
  }),
  SETUP_AMQP_URL: amqpUrl.optional().meta({
    description: 'For `setup` and `catch-up`: the same vhost as a user that may configure it. AMQP_URL unless given.',
    example: 'amqp://setup:secret@localhost:5672/tributary',
  }),
  DATABASE_POOL_SIZE: wholeNumber(1, 500).default(10).meta({
    description: 'Database connections of one process.',
    example: '10',
  }),
  HEALTH_HOST: address.default('0.0.0.0').meta({
    description: 'The address /livez and /readyz are served on; 127.0.0.1 for this machine alone.',
    example: '127.0.0.1',
  }),
  HEALTH_PORT: wholeNumber(0, 65_535).default(9000).meta({
    description: 'Where /livez and /readyz are served; 0 takes any free port and logs it.',
    example: '9000',
  }),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info').meta({
    description: 'The least important log lines that are written.',
    example: 'info',
  }),
});

export type ServiceConfig = z.output<typeof serviceConfig>;

/** A schema that has everything of `serviceConfig`. */
export type ServiceSchema = z.ZodObject<(typeof serviceConfig)['shape']>;

/** The variables of `serviceConfig` as `schema` declares them: all that `setup` and `relay` need of a service's configuration. */
export function commonPart(schema: ServiceSchema): typeof serviceConfig {
  const names = Object.keys(serviceConfig.shape) as (keyof typeof serviceConfig.shape)[];
  return z.object(Object.fromEntries(names.map((name) => [name, schema.shape[name]]))) as typeof serviceConfig;
}
