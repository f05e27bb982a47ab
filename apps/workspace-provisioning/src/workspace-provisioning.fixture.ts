import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { type Event, UserSignedUp, UserWithdrawn, WorkspaceNameChosen } from '@tributary/contracts';
import { applyTopology, deadLetters, Header, type Topology, topologyOf } from '@tributary/messaging';
import { outboxMigrations } from '@tributary/outbox';
import { databasePool, eventConsumer, readConfig } from '@tributary/service-defaults';
import { configureLogging, startTelemetry } from '@tributary/telemetry';
import { eventually, exampleEvent, factPublisher, testDatabase, testVhost } from '@tributary/testing';
import pg from 'pg';
import { config } from './config.ts';
import { handlers, WorkspaceProvisioningModule } from './workspace-provisioning.module.ts';

const SERVICE = 'workspace-provisioning';
configureLogging({ level: 'silent', service: SERVICE });
startTelemetry(SERVICE);

/** As in production, only sooner. */
const RETRY_DELAYS_MS = [50, 100, ...Array<number>(20).fill(200)];

/** A database and a vhost of its own, and as many replicas on them as a test wants. */
export async function provisioningSystem({ retryDelaysMs = RETRY_DELAYS_MS } = {}) {
  const topology = topologyOf({ service: SERVICE, handlers, retryDelaysMs });
  const migrations = [outboxMigrations, new URL('../prisma/migrations', import.meta.url)];
  const [vhost, database] = await Promise.all([testVhost(), testDatabase({ migrations })]);
  await applyTopology(vhost.url, topology);
  const publisher = await factPublisher(vhost.url);
  const witness = new pg.Pool({ connectionString: database.url, max: 4 });
  witness.on('error', () => undefined); // `end` does not wait for the server to notice, and `drop` ends what it still sees
  const replicas: Awaited<ReturnType<typeof startReplica>>[] = [];

  const query = async <Row extends object>(sql: string, ...values: unknown[]) =>
    (await witness.query<Row>(sql, values)).rows;

  /** The service as `main.ts` makes it. */
  async function start() {
    const replica = await startReplica({ DATABASE_URL: database.url, AMQP_URL: vhost.url }, topology);
    replicas.push(replica);
    return replica;
  }

  const publish = (events: Event[], headers: Record<string, string> = {}) => publisher.publish(events, () => headers);

  /** Waits until every one of them has been handled and committed. */
  const handled = (events: Event[]) =>
    eventually(
      async () => {
        const ids = events.map(({ id }) => id);
        const rows = await query('SELECT FROM messaging.inbox WHERE event_id = ANY($1)', ids);
        return rows.length === new Set(ids).size;
      },
      { timeoutMs: 20_000 },
    );

  async function deliver(...events: Event[]) {
    await publish(events);
    await handled(events);
  }

  /** What was stated about these people, oldest first. */
  async function facts(...userIds: string[]): Promise<Event[]> {
    const rows = await query<{ body: string }>('SELECT body FROM messaging.outbox ORDER BY stated_at, next_attempt_at');
    return rows.map(({ body }) => JSON.parse(body) as Event).filter(({ subject }) => userIds.includes(subject));
  }

  /** What there is for this person, in every table. */
  const workspacesOf = (userId: string) =>
    query<{ id: string; name: string; slug: string; members: string[]; projects: string[] }>(
      `SELECT id, name, slug,
         ARRAY(SELECT user_id || ' ' || role FROM memberships WHERE workspace_id = w.id) AS members,
         ARRAY(SELECT name FROM projects WHERE workspace_id = w.id) AS projects
       FROM workspaces w WHERE owner_id = $1`,
      userId,
    );

  const dead = async () => (await vhost.management.peek(deadLetters(SERVICE))).length;

  /** Why this fact is dead; undefined when it is not. */
  async function deadOf({ id }: Event): Promise<unknown> {
    const letters = await vhost.management.peek(deadLetters(SERVICE));
    return letters.find((letter) => letter.id === id)?.headers[Header.reason];
  }

  async function dispose() {
    await Promise.all(replicas.map((replica) => replica.close()));
    await Promise.all([publisher.close(), witness.end()]);
    await Promise.all([vhost.delete(), database.drop()]);
  }
  return {
    database,
    query,
    start,
    publish,
    handled,
    deliver,
    facts,
    workspacesOf,
    dead,
    deadOf,
    [Symbol.asyncDispose]: dispose,
  };
}

export type ProvisioningSystem = Awaited<ReturnType<typeof provisioningSystem>>;

async function startReplica(env: Record<string, string>, topology: Topology) {
  const settings = readConfig(config.schema, env, SERVICE);
  const pool = databasePool(settings, SERVICE);
  const strategy = eventConsumer(settings, topology, pool);
  const module = WorkspaceProvisioningModule.with(settings, pool);
  const app = await NestFactory.createMicroservice(module, { strategy, logger: false });
  await app.listen();
  let closing: Promise<void> | undefined;
  return { close: () => (closing ??= app.close().then(() => pool.end())) };
}

/** A person nobody has heard of, and what signup may state about them. */
export function someone(workspaceName = 'Analytical Engines') {
  const userId = randomUUID();
  const signedUp = exampleEvent(UserSignedUp, { userId, workspaceName, email: `${userId}@example.com` });
  return {
    userId,
    signedUp,
    chosen: (attempt: number, name: string) =>
      exampleEvent(WorkspaceNameChosen, { userId, attempt, workspaceName: name }, signedUp),
    withdrawn: exampleEvent(UserWithdrawn, { userId }, signedUp),
  };
}
