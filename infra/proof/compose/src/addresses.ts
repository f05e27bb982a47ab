import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '@tributary/local';
import type { Compose } from './compose.ts';

/** Where the checker finds everything, from outside the containers. */
export interface Addresses {
  signup: string;
  analytics: string;
  mail: string;
  jaeger: string;
  prometheus: string;
  /** With a login; the administrator's unless told. */
  management: (user?: string) => URL;
  amqp: (user?: string, password?: string) => string;
  database: (database: string, user?: string, password?: string) => string;
}

export const ADMINISTRATOR = 'setup';

export function addressesOf(compose: Compose): Addresses {
  const as = (address: string, user: string, password: string) => {
    const url = new URL(address);
    Object.assign(url, { username: encodeURIComponent(user), password: encodeURIComponent(password) });
    return url;
  };
  const amqp = compose.address('AMQP_PORT', 'amqp');
  const postgres = compose.address('DATABASE_PORT', 'postgres');
  return {
    signup: compose.address('SIGNUP_PORT'),
    analytics: compose.address('ANALYTICS_PORT'),
    mail: compose.address('MAILDEV_PORT'),
    jaeger: compose.address('JAEGER_PORT'),
    prometheus: compose.address('PROMETHEUS_PORT'),
    management: (user = ADMINISTRATOR) => as(compose.address('RABBITMQ_PORT'), user, secret(user)),
    amqp: (user = ADMINISTRATOR, password = secret(user)) => as(amqp, user, password).href,
    database: (database, user = ADMINISTRATOR, password = secret(user)) =>
      as(`${postgres}/${database}`, user, password).href,
  };
}

export const secret = (user: string) =>
  readFileSync(join(repository, 'infra/docker/secrets', user), 'utf8').replace(/\r?\n$/, '');

/** JSON that somebody answers. @throws Error on any status but 2xx */
export async function json<Body>(url: string): Promise<Body> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Body;
}
