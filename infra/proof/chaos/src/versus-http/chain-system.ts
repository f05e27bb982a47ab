import { join } from 'node:path';
import { freePorts, logFolder, startStack, type Stack } from '@tributary/local';
import { smtpSink } from '@tributary/testing';
import pg from 'pg';
import { ChainProcess } from './chain-process.ts';
import type { StartOptions, System } from './system.ts';

const LABEL = 'versus-http';

/** Who calls whom: everyone the one below. */
const CHAIN = ['signup', 'email', 'workspace-provisioning', 'analytics'];

const TABLES: Record<string, string> = {
  signup: `CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text UNIQUE NOT NULL, display_name text NOT NULL)`,
  'workspace-provisioning': 'CREATE TABLE workspaces (owner_id uuid PRIMARY KEY, name text NOT NULL)',
  analytics: 'CREATE TABLE counters (signups int NOT NULL); INSERT INTO counters VALUES (0)',
};

/** The four services as HTTP servers that call each other, on a PostgreSQL and a mail server like those of the other system. */
export async function startChain({ signal }: StartOptions): Promise<System> {
  await using parts = new AsyncDisposableStack();
  const smtp = parts.use(await smtpSink());
  const stack = await startStack({ only: ['postgres'], label: LABEL, signal });
  parts.defer(() => stack.stop());
  for (const [service, sql] of Object.entries(TABLES)) {
    await query(stack, 'postgres', `CREATE DATABASE "${service}"`);
    await query(stack, service, sql);
  }
  const ports = await freePorts(CHAIN.length);
  const processes = new Map(
    CHAIN.map((name, index) => {
      const env = {
        PORT: String(ports[index]),
        NEXT_URL: `http://127.0.0.1:${ports[index + 1]}`,
        DATABASE_URL: databaseUrl(stack, name),
        SMTP_URL: smtp.url,
      };
      return [name, new ChainProcess(name, { env, logFile: join(logFolder, LABEL, `${name}.log`) })];
    }),
  );
  parts.defer(async () => void (await Promise.all([...processes.values()].map((process) => process.kill()))));
  await Promise.all([...processes.values()].map((process) => process.start()));
  const provisioning = processes.get('workspace-provisioning');
  const kept = parts.move();
  return {
    url: `http://127.0.0.1:${ports[0]}`,
    mails: smtp.mails,
    killProvisioning: async () => provisioning?.kill(),
    startProvisioning: async () => provisioning?.start(),
    query: (service, sql) => query(stack, service, sql),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The administrator's login for all: rights are not what is compared. */
function databaseUrl({ urls }: Stack, database: string): string {
  return Object.assign(new URL(urls.database), { pathname: `/${database}` }).href;
}

async function query<Row extends pg.QueryResultRow>(stack: Stack, database: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl(stack, database) });
  client.on('error', () => undefined); // stopped meanwhile; the query says so
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
