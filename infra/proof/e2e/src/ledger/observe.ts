import { connectAmqp, type Management, type ReceivedMail } from '@tributary/testing';
import type pg from 'pg';
import { decodeHeader } from './decode-header.ts';
import { canonical } from './mix.ts';
import type { Row, Snapshot } from './snapshot.ts';
import { tables } from './tables.ts';

/** Where to look. */
export interface Places {
  /** A connection to one service's database, for whoever closes it. */
  database(service: string): Promise<pg.Client>;
  broker: Management;
  /** With the right to read every queue. */
  amqpUrl: string;
  mails: readonly ReceivedMail[];
}

/** What they say shows as effects in the other tables. */
const NOT_EXAMINED = [
  'messaging._migrations', // applied by setup
  'messaging.setup',
  'messaging.inbox', // what was handled: handled twice or never shows as an effect
  'messaging.crash_marks', // what was being handled when a process ended: it says nothing of what became of it
  'public._prisma_migrations',
  'public.log_position', // analytics: how far it has read
  'public.subscriptions', // analytics: who promises what; the expectations follow from it
];

/** Everything that exists, at a moment when nothing moves. */
export async function observe(places: Places): Promise<Snapshot> {
  const services = [...new Set(Object.keys(tables).map((name) => name.split('.')[0] ?? ''))];
  const [rows, depths, dead] = await Promise.all([
    Promise.all(services.map((service) => readDatabase(service, places))),
    places.broker.depths(),
    deadLetters(places),
  ]);
  return {
    tables: Object.assign({}, ...rows) as Snapshot['tables'],
    queues: Object.fromEntries(Object.entries(depths).filter(([name, count]) => !name.endsWith('.dead') && count > 0)),
    dead,
    mails: places.mails.map(({ headers, to }) => ({
      messageId: headers['message-id'] ?? '',
      to: to.map(canonical).join(), // smtp-server shows international domains in letters
      subject: decodeHeader(headers['subject'] ?? ''),
    })),
  };
}

async function readDatabase(service: string, { database }: Places): Promise<Record<string, Row[]>> {
  const client = await database(service);
  try {
    await nothingUnexamined(service, client);
    const read: Record<string, Row[]> = {};
    // All tables at one moment: what is looked at too early must not look wrong.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const [name, { sql }] of Object.entries(tables)) {
      if (name.startsWith(`${service}.`)) read[name] = (await client.query<Row>(sql)).rows;
    }
    return read;
  } finally {
    await client.end();
  }
}

/** A table that the ledger has never heard of could hold anything. */
async function nothingUnexamined(service: string, client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `SELECT schemaname AS schema, tablename AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const unknown = rows.filter(
    ({ schema, name }) => !tables[`${service}.${name}`] && !NOT_EXAMINED.includes(`${schema}.${name}`),
  );
  if (unknown.length > 0)
    throw new Error(`The ledger does not look into ${service}: ${unknown.map(({ name }) => name).join()}`);
}

/** Reads them and puts them back. Nobody else takes them: what AMQP counts is exact, which the management API's figures are not. */
async function deadLetters({ amqpUrl, broker }: Places): Promise<Snapshot['dead']> {
  const queues = Object.keys(await broker.depths()).filter((name) => name.endsWith('.dead'));
  const connection = await connectAmqp(amqpUrl);
  const channel = await connection.createChannel();
  const dead: Snapshot['dead'] = [];
  for (const queue of queues) {
    for (;;) {
      const message = await channel.get(queue);
      if (!message) break;
      const { headers, type } = message.properties;
      const reason = String(headers?.['tributary-reason'] ?? 'unknown');
      dead.push({ queue, subject: subjectOf(message.content), type: String(type ?? ''), reason });
    }
  }
  await connection.close(); // what was not acknowledged goes back
  return dead;
}

function subjectOf(body: Buffer): string {
  try {
    return String((JSON.parse(body.toString()) as { subject?: unknown }).subject ?? '');
  } catch {
    return '';
  }
}
