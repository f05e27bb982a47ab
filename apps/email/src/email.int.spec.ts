import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { CLOUDEVENTS_CONTENT_TYPE, MailFailed, MailSent, UserSignedUp } from '@tributary/contracts';
import {
  applyTopology,
  deadLetters,
  EventConsumer,
  EVENTS_EXCHANGE,
  Header,
  Publisher,
  topologyOf,
} from '@tributary/messaging';
import { outboxMigrations } from '@tributary/outbox';
import { databasePool } from '@tributary/service-defaults';
import { eventually, exampleEvent, smtpSink, testDatabase, testVhost } from '@tributary/testing';
import type { SmtpSink, TestDatabase, TestVhost } from '@tributary/testing';
import pg from 'pg';
import { configOf } from './config.fixture.ts';
import { EmailModule, handlers } from './email.module.ts';

/** As in production, only sooner. */
const topology = topologyOf({ service: 'email', handlers, retryDelaysMs: [50, 100, ...Array<number>(20).fill(200)] });

let vhost: TestVhost;
let database: TestDatabase;
let sink: SmtpSink;
let publisher: Publisher;

beforeAll(async () => {
  const migrations = [outboxMigrations, new URL('../prisma/migrations', import.meta.url)];
  [vhost, database, sink] = await Promise.all([testVhost(), testDatabase({ migrations }), smtpSink()]);
  await applyTopology(vhost.url, topology);
  publisher = new Publisher({ url: vhost.url, name: 'test' });
  await publisher.connect();
});
afterAll(async () => {
  await publisher.close();
  await Promise.all([vhost.delete(), database.drop(), sink.close()]);
});

/** The service as `main.ts` makes it. */
async function email(settings: Record<string, string> = {}) {
  const config = configOf({ DATABASE_URL: database.url, SMTP_URL: sink.url, ...settings });
  const pool = databasePool(config, 'email');
  const strategy = new EventConsumer({ url: vhost.url, topology, drainTimeoutMs: 300 });
  const app = await NestFactory.createMicroservice(EmailModule.with(config, pool), { strategy, logger: false });
  await app.listen();
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= app.close().then(() => pool.end()));
  return {
    query: async <Row extends object>(sql: string, ...values: string[]) => (await pool.query<Row>(sql, values)).rows,
    close,
    [Symbol.asyncDispose]: close,
  };
}
type Email = Awaited<ReturnType<typeof email>>;

const signedUp = () => {
  const userId = randomUUID();
  return exampleEvent(UserSignedUp, { userId, email: `${userId}@example.com` });
};

const publish = (event: UserSignedUp) =>
  publisher.publish({
    exchange: EVENTS_EXCHANGE,
    routingKey: event.type,
    body: Buffer.from(JSON.stringify(event)),
    messageId: event.id,
    type: event.type,
    contentType: CLOUDEVENTS_CONTENT_TYPE,
  });

async function factsAbout({ data }: UserSignedUp, service: Email): Promise<(MailSent | MailFailed)[]> {
  const rows = await service.query<{ body: string }>(
    'SELECT body FROM messaging.outbox WHERE body LIKE $1',
    `%${data.userId}%`,
  );
  return rows.map(({ body }) => JSON.parse(body) as MailSent | MailFailed);
}

const statusOf = async ({ data }: UserSignedUp, service: Email) =>
  (await service.query<{ status: string }>('SELECT status FROM mails WHERE user_id = $1', data.userId))[0]?.status;

/** Event ids and reasons of what is dead, asked of the queue itself: the management API's figures lag. */
async function dead(): Promise<[id: unknown, reason: unknown][]> {
  type Message = { properties: { message_id: string; headers: Record<string, unknown> } };
  const path = `/queues/${encodeURIComponent(vhost.name)}/${deadLetters('email')}/get`;
  const look = { count: 100, ackmode: 'ack_requeue_true', encoding: 'auto' };
  const messages = await vhost.management.call<Message[]>('POST', path, look);
  return messages.map(({ properties }) => [properties.message_id, properties.headers[Header.reason]]);
}

describe('someone signed up', () => {
  it('gets one welcome mail, though the event arrives three times', async () => {
    await using service = await email();
    const [event, later] = [signedUp(), signedUp()];
    await Promise.all([publish(event), publish(event)]);
    await eventually(async () => expect(await factsAbout(event, service)).toHaveLength(1));
    await publish(event);
    await publish(later);
    await eventually(async () => expect(await factsAbout(later, service)).toHaveLength(1));
    const facts = await factsAbout(event, service);
    await service.close(); // whatever was delivered is answered now

    expect(facts).toEqual([expect.objectContaining({ type: MailSent.type, causationid: event.id })]);
    const mails = sink.mailsTo(event.data.email);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.headers).toMatchObject({
      subject: 'Welcome, Ada Lovelace',
      to: `Ada Lovelace <${event.data.email}>`,
      from: 'Tributary <hello@tributary.example>',
      'message-id': `<welcome.${event.data.userId}@tributary.example>`,
    });
    expect(await dead()).toEqual([]);
  });

  it('gets the mail when the server wants to be asked again', async () => {
    const event = signedUp();
    sink.behave((recipient, attempt) => (recipient === event.data.email && attempt <= 3 ? { rcpt: 451 } : undefined));
    await using service = await email();
    await publish(event);
    await eventually(async () => expect(await factsAbout(event, service)).toHaveLength(1));
    expect([sink.attempts(event.data.email), sink.mailsTo(event.data.email).length]).toEqual([4, 1]);
  });

  it('is told to have no mail when the server refuses it for good, and no dead letter is left', async () => {
    const event = signedUp();
    sink.behave({ [event.data.email]: { data: 554 } });
    await using service = await email();
    await publish(event);
    await eventually(async () => expect(await factsAbout(event, service)).toHaveLength(1));
    const facts = await factsAbout(event, service);
    await service.close();
    const data = expect.objectContaining({ kind: 'welcome', smtpStatus: 554 });
    expect(facts).toEqual([expect.objectContaining({ type: MailFailed.type, data })]);
    expect(await dead()).toEqual([]);
  });

  it('gets a second copy with the same Message-ID when the first was never answered for', async () => {
    const event = signedUp();
    const lost = { drop: 'instead-of-250' } as const;
    sink.behave((recipient, attempt) => (recipient === event.data.email && attempt === 1 ? lost : undefined));
    await using service = await email();
    await publish(event);
    await eventually(async () => expect(await factsAbout(event, service)).toHaveLength(1));
    const ids = sink.mailsTo(event.data.email).map(({ headers }) => headers['message-id']);
    expect(ids).toEqual(Array(2).fill(`<welcome.${event.data.userId}@tributary.example>`));
  });

  it('waits for an operator instead, where mails of unknown fate are to be held', async () => {
    const event = signedUp();
    sink.behave({ [event.data.email]: { drop: 'instead-of-250' } });
    await using service = await email({ MAIL_UNKNOWN: 'hold' });
    await publish(event);
    await eventually(async () => expect(await dead()).toEqual([[event.id, 'permanent-failure']]));
    expect(await statusOf(event, service)).toBe('unknown');
    expect([sink.mailsTo(event.data.email).length, (await factsAbout(event, service)).length]).toEqual([1, 0]);
  });

  it('leaves a mail that is under way at shutdown free for whoever takes over', async () => {
    const event = signedUp();
    await using service = await email({ SMTP_TIMEOUT_MS: '60000' });
    sink.behave({ [event.data.email]: { delayMs: 60_000 } });
    await publish(event);
    await eventually(() => sink.attempts(event.data.email) === 1);
    sink.behave({});
    await service.close();
    await using successor = await email();
    await eventually(async () => expect(await statusOf(event, successor)).toBe('sent'));
    expect(sink.attempts(event.data.email)).toBe(2);
  });

  it('gives every mail that is under way at shutdown back before it goes, however slowly the database takes it', async () => {
    const events = Array.from({ length: 6 }, signedUp);
    await using service = await email({ SMTP_TIMEOUT_MS: '60000', DATABASE_POOL_SIZE: '2' });
    sink.behave(() => ({ delayMs: 60_000 }));
    await Promise.all(events.map(publish));
    for (const { data } of events) await eventually(() => sink.attempts(data.email) === 1);
    await service.query(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END $$`);
    await service.query('CREATE TRIGGER slow BEFORE UPDATE ON mails FOR EACH ROW EXECUTE FUNCTION slow()');
    await service.close();
    const witness = new pg.Client({ connectionString: database.url });
    await witness.connect();
    await witness.query('DROP FUNCTION slow CASCADE');
    const { rows } = await witness.query<{ status: string }>('SELECT status FROM mails WHERE user_id = ANY($1)', [
      events.map(({ data }) => data.userId),
    ]);
    await witness.end();
    sink.behave({});
    expect(rows.map(({ status }) => status)).toEqual(Array(6).fill('unknown'));
  });
});
