import { configureLogging, startTelemetry } from '@tributary/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Event } from '@tributary/contracts';
import { applyTopology, EventConsumer, topologyOf } from '@tributary/messaging';
import { outboxMigrations } from '@tributary/outbox';
import { databasePool, prismaOptions, readConfig } from '@tributary/service-defaults';
import {
  eventually,
  factPublisher,
  tcpProxy,
  testDatabase,
  type TestDatabase,
  type TcpProxy,
  testVhost,
  type TestVhost,
} from '@tributary/testing';
import pg from 'pg';
import { config } from './config.ts';
import { createApp } from './create-app.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { handlers } from './signup.module.ts';

/** One replica of signup as `serve` runs it, on a free port. */
export interface Replica {
  url: string;
  app: NestFastifyApplication;
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Somebody new. */
  signUp(): Promise<{ id: string; manageToken: string }>;
  close(): Promise<void>;
}

/** A database and a vhost of its own, and as many replicas on them as a test wants. */
export interface SignupSystem extends AsyncDisposable {
  database: TestDatabase;
  /** Between the replicas and their database. */
  proxy: TcpProxy;
  vhost: TestVhost;
  /** Past the proxy. */
  prisma: PrismaClient;
  start(settings?: Record<string, string>): Promise<Replica>;
  /** States a fact as its producer's relay does, and returns when the broker has confirmed it. */
  publish(event: Event): Promise<void>;
  /** The same, one after the other: each when the one before has been handled. */
  publishInOrder(...events: Event[]): Promise<void>;
  /** What signup has stated and no relay has taken away, about this person, in the order of their times. */
  statedAbout(userId: string): Promise<Event[]>;
}

configureLogging({ level: 'silent', service: 'signup' });
startTelemetry('signup');

const topology = topologyOf({ service: 'signup', handlers, retryDelaysMs: [100, 400, 1_600, 6_400] });
const migrations = [outboxMigrations, new URL('../prisma/migrations/', import.meta.url)];

export async function signupSystem(): Promise<SignupSystem> {
  const [database, vhost] = await Promise.all([testDatabase({ migrations }), testVhost()]);
  const proxy = await tcpProxy(database.url);
  await applyTopology(vhost.url, topology);
  const publisher = await factPublisher(vhost.url);
  const pool = databasePool({ DATABASE_URL: database.url, DATABASE_POOL_SIZE: 2 }, 'signup spec');
  const prisma = new PrismaClient(prismaOptions(pool));
  const replicas = new Set<Replica>();

  const start: SignupSystem['start'] = async (settings = {}) => {
    const replica = await startReplica({ DATABASE_URL: proxy.url, AMQP_URL: vhost.url, ...settings });
    replicas.add(replica);
    return replica;
  };
  const publish: SignupSystem['publish'] = (event) => publisher.publish([event]);
  const isHandled = async ({ id }: Event) => {
    const rows = await prisma.$queryRaw<unknown[]>`SELECT FROM messaging.inbox WHERE event_id = ${id}::uuid`;
    return rows.length === 1;
  };
  const publishInOrder: SignupSystem['publishInOrder'] = async (...events) => {
    for (const event of events) {
      await publish(event);
      await eventually(() => isHandled(event));
    }
  };
  const statedAbout: SignupSystem['statedAbout'] = async (userId) => {
    const rows = await prisma.$queryRaw<{ body: string }[]>`
      SELECT body FROM messaging.outbox WHERE body::jsonb ->> 'subject' = ${userId} ORDER BY stated_at`;
    return rows.map(({ body }) => JSON.parse(body) as Event);
  };
  const dispose = async () => {
    proxy.resume();
    await Promise.all([...replicas].map((replica) => replica.close()));
    await Promise.all([publisher.close(), pool.end(), proxy.close()]);
    await Promise.all([database.drop(), vhost.delete()]);
  };
  const facts = { publish, publishInOrder, statedAbout };
  return { database, proxy, vhost, prisma, start, ...facts, [Symbol.asyncDispose]: dispose };
}

async function startReplica(settings: Record<string, string>): Promise<Replica> {
  const env = {
    HOST: '127.0.0.1',
    PORT: '0',
    MANAGE_TOKEN_SECRET: 'a secret for tests, and for nothing else',
    SIGNUPS_PER_MINUTE: '1000000',
    CHANGES_PER_MINUTE: '1000000',
    READS_PER_MINUTE: '1000000',
    ...settings,
  };
  const parsed = readConfig(config.schema, env, 'signup');
  const pool = databasePool(parsed, 'signup');
  const consumer = new EventConsumer({ url: parsed.AMQP_URL, topology, checkIntervalMs: 200, pauseMs: 50 });
  const app = await createApp(parsed, consumer, pool);
  await app.startAllMicroservices();
  const url = await app.getUrl();
  let closing: Promise<void> | undefined;
  const post: Replica['post'] = (body, headers) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return fetch(`${url}/signups`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
    });
  };
  return {
    url,
    app,
    post,
    signUp: async () => {
      const email = `${crypto.randomUUID()}@example.com`;
      const answer = await post({ email, displayName: 'Ada', workspaceName: 'Engines' });
      return (await answer.json()) as Awaited<ReturnType<Replica['signUp']>>;
    },
    close: () => (closing ??= app.close().then(() => pool.end())),
  };
}

/** Locks the users against every reader, from a session without any timeout of ours, as a forgotten migration or a psql would. */
export async function lockUsers({ database, prisma }: SignupSystem) {
  const client = new pg.Client({ connectionString: database.url }).on('error', () => undefined);
  await client.connect();
  await client.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
  const someoneWaits = async () => {
    const waiting = await prisma.$queryRaw<unknown[]>`
      SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return waiting.length > 0;
  };
  const release = () => client.end();
  return { someoneWaits, release, [Symbol.asyncDispose]: release };
}
