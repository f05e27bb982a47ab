import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { type Event, UserSignedUp } from '@tributary/contracts';
import {
  announcementOf,
  applyTopology,
  catchUp,
  deadLetters,
  EventConsumer,
  Header,
  topologyOf,
} from '@tributary/messaging';
import { handledEvents, outboxMigrations } from '@tributary/outbox';
import { databasePool } from '@tributary/service-defaults';
import { exampleEvent, factPublisher, smtpSink, testDatabase, testVhost } from '@tributary/testing';
import { configOf } from './config.fixture.ts';
import { EmailModule, handlers } from './email.module.ts';

/** As in production, only sooner. */
const topology = topologyOf({ service: 'email', handlers, retryDelaysMs: [50, 100, ...Array<number>(20).fill(200)] });

/** A real broker, database and mail server, and the service between them. */
export async function emailStage() {
  const migrations = [outboxMigrations, new URL('../prisma/migrations', import.meta.url)];
  const [vhost, database, sink] = await Promise.all([testVhost(), testDatabase({ migrations }), smtpSink()]);
  await applyTopology(vhost.url, topology);
  const publisher = await factPublisher(vhost.url);

  /** The service as `main.ts` makes it. */
  async function email(settings: Record<string, string> = {}) {
    const config = configOf({ DATABASE_URL: database.url, SMTP_URL: sink.url, ...settings });
    const pool = databasePool(config, 'email');
    const strategy = new EventConsumer({ url: vhost.url, topology, drainTimeoutMs: 300 });
    const app = await NestFactory.createMicroservice(EmailModule.with(config, pool), { strategy, logger: false });
    await app.listen();
    let closing: Promise<void> | undefined;
    const query = async <Row extends object>(sql: string, ...values: unknown[]) =>
      (await pool.query<Row>(sql, values)).rows;

    /** Stated about one person. */
    async function facts(userId: string): Promise<Event<string, Record<string, unknown>>[]> {
      const about = 'SELECT body FROM messaging.outbox WHERE body LIKE $1 ORDER BY stated_at';
      const rows = await query<{ body: string }>(about, `%${userId}%`);
      return rows.map(({ body }) => JSON.parse(body) as Event<string, Record<string, unknown>>);
    }

    /** Status of every mail to one person, by `<kind>` or `<kind> <occasion>`. */
    async function mails(userId: string): Promise<Record<string, string>> {
      const of = "SELECT trim(kind || ' ' || occasion) AS mail, status FROM mails WHERE user_id = $1";
      const rows = await query<{ mail: string; status: string }>(of, userId);
      return Object.fromEntries(rows.map(({ mail, status }) => [mail, status]));
    }

    /** Everything that is stored, in any table. */
    async function dump(): Promise<string> {
      const tables = await query<{ name: string }>(
        "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'messaging')",
      );
      const rows = await Promise.all(tables.map(({ name }) => query(`SELECT t::text FROM ${name} t`)));
      return JSON.stringify(rows);
    }
    /** As the command does it: what is not known to be handled comes into the queues once more. */
    const readLogAgain = () =>
      catchUp({
        url: vhost.url,
        topology,
        since: 'first',
        handled: (ids) => handledEvents(pool, 'email', ids),
        marker: () => announcementOf({ service: 'email', handlers }),
      });
    const close = () => (closing ??= app.close().then(() => pool.end()));
    return { query, facts, mails, dump, readLogAgain, close, [Symbol.asyncDispose]: close };
  }

  const publish = (event: Event) => publisher.publish([event]);

  /** Event ids and reasons of what is dead. */
  async function dead(): Promise<[id: unknown, reason: unknown][]> {
    const messages = await vhost.management.peek(deadLetters('email'));
    return messages.map(({ id, headers }) => [id, headers[Header.reason]]);
  }

  async function close() {
    await publisher.close();
    await Promise.all([vhost.delete(), database.drop(), sink.close()]);
  }
  return { sink, database, email, publish, dead, close };
}

export type EmailStage = Awaited<ReturnType<typeof emailStage>>;
export type Email = Awaited<ReturnType<EmailStage['email']>>;

/** The fact that somebody nobody has heard of signed up. */
export const signedUp = (data: Partial<UserSignedUp['data']> = {}) => {
  const userId = randomUUID();
  return exampleEvent(UserSignedUp, { userId, email: `${userId}@example.com`, ...data });
};
