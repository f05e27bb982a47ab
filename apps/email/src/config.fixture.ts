import { readConfig } from '@tributary/service-defaults';
import { config, type Config } from './config.ts';

const env = {
  AMQP_URL: 'amqp://localhost',
  DATABASE_URL: 'postgres://localhost/email',
  SMTP_URL: 'smtp://localhost:1025',
  MAIL_FROM: 'Tributary <hello@tributary.example>',
};

/** The service's configuration as its environment would make it. */
export const configOf = (settings: Record<string, string> = {}): Config =>
  readConfig(config.schema, { ...env, ...settings }, 'email');
