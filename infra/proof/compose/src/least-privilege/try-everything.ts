import { connectAmqp } from '@tributary/testing';
import type { ChannelModel } from 'amqplib';
import pg from 'pg';
import type { Topology, World } from '../world.ts';
import { type Attempt, disagreements, type Outcome } from './attempt.ts';
import { brokerAttempts } from './broker-attempts.ts';
import { databaseAttempts } from './database-attempts.ts';
import { loginAttempts } from './login-attempts.ts';

/**
 * Every service's logins try everything they must not do, and a little that they may.
 * @returns how many attempts that were
 * @throws Error with every attempt that went otherwise than the matrix says
 */
export async function tryEverything({ at, topologies }: World): Promise<number> {
  let attempts = 0;
  const wrong: string[] = [];
  for (const self of topologies) {
    const { service } = self;
    const logins = loginAttempts(self, topologies);
    wrong.push(...(await disagreements(service, logins, (attempt) => outcomeOf(() => attempt.run(at)))));
    const statements = databaseAttempts(self, topologies);
    const client = new pg.Client({ connectionString: at.database(service, service) });
    await client.connect();
    wrong.push(...(await disagreements(service, statements, (attempt) => outcomeOf(() => attempt.run(client)))));
    await client.end();
    const broker = await onBroker(self, topologies, at.amqp(service));
    wrong.push(...broker.wrong);
    attempts += logins.length + statements.length + broker.attempts;
  }
  if (wrong.length > 0) throw new Error(`rights are not what they should be:\n  ${wrong.join('\n  ')}`);
  return attempts;
}

async function onBroker(self: Topology, all: readonly Topology[], url: string) {
  const attempts = brokerAttempts(self, all);
  const connection = await connectAmqp(url);
  connection.on('error', () => undefined);
  try {
    return {
      attempts: attempts.length,
      wrong: await disagreements(self.service, attempts, (attempt) => outcomeOnChannel(connection, attempt)),
    };
  } finally {
    await connection.close();
  }
}

/** A refusal closes the channel: each attempt has one of its own, and a publish is refused only after it has returned. */
async function outcomeOnChannel(
  connection: ChannelModel,
  { run }: Attempt<Awaited<ReturnType<ChannelModel['createConfirmChannel']>>>,
): Promise<Outcome> {
  const channel = await connection.createConfirmChannel();
  const closed = new Promise<never>((_resolve, reject) => channel.once('error', reject));
  closed.catch(() => undefined);
  const outcome = await outcomeOf(async () => {
    await Promise.race([closed, Promise.resolve(run(channel)).then(() => channel.waitForConfirms())]);
    await Promise.race([closed, channel.checkExchange('events').catch(() => closed)]);
  });
  await channel.close().catch(() => undefined); // it may be closed
  return outcome;
}

/** AMQP 403 · SQL 42501 insufficient_privilege, class 28 for logins · HTTP 401 */
async function outcomeOf(work: () => unknown): Promise<Outcome> {
  try {
    await work();
    return 'allowed';
  } catch (error) {
    const { message, code, status } = error as Error & { code?: unknown; status?: number };
    const refused =
      /ACCESS.REFUSED/.test(message) || code === '42501' || String(code).startsWith('28') || status === 401;
    return refused ? 'refused' : (error as Error);
  }
}
