import { audit, observe, type Verdict } from '@tributary/e2e';
import { eventually, Management } from '@tributary/testing';
import pg from 'pg';
import type { World } from './world.ts';

/** The ledger's verdict when nothing moves any more. */
export async function settled(world: World): Promise<Verdict> {
  const look = () => verdictOn(world);
  const isClean = async () => (await look()).lines.length === 0;
  await eventually(isClean, { timeoutMs: 120_000, intervalMs: 1_000 }).catch(() => undefined); // the last look says what is wrong
  await eventually(() => isQuiet(world), { timeoutMs: 30_000, intervalMs: 500 }).catch(() => undefined);
  return look();
}

/** The ledger's verdict on what exists now. */
export async function verdictOn(world: World): Promise<Verdict> {
  const { at, ledger, mailbox } = world;
  const broker = new Management(at.management(), '/');
  const database = (service: string) => connectTo(at.database(service));
  const snapshot = await observe({ database, broker, amqpUrl: at.amqp(), mails: await mailbox.received() });
  return audit(ledger, snapshot, world);
}

/** Nothing waits to be published, nothing is on a queue or with a consumer. */
async function isQuiet({ at, topologies }: World): Promise<boolean> {
  for (const { service } of topologies) {
    const client = await connectTo(at.database(service));
    const { rowCount } = await client.query('SELECT FROM messaging.outbox LIMIT 1').finally(() => client.end());
    if (rowCount) return false;
  }
  const depths = await new Management(at.management(), '/').depths();
  return Object.values(depths).every((messages) => messages === 0);
}

export async function connectTo(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
