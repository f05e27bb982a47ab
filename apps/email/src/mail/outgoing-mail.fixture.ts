import { randomUUID } from 'node:crypto';
import { type Attributes, type MeterProvider, metrics } from '@opentelemetry/api';
import { type MailFailed, type MailSent, UserSignedUp } from '@tributary/contracts';
import { Inbox, Outbox, outboxMigrations } from '@tributary/outbox';
import { databasePool, prismaOptions } from '@tributary/service-defaults';
import { exampleEvent, type SmtpSink, smtpSink, tcpProxy, testDatabase } from '@tributary/testing';
import { configOf } from '../config.fixture.ts';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { forget, remember } from '../people/people.ts';
import { Mailer } from './mailer.ts';
import { OutgoingMail } from './outgoing-mail.ts';

/** A real database behind a proxy, a real mail server, and what was counted. */
export async function mailRoom() {
  const counted: { name: string; attributes?: Attributes }[] = [];
  const createCounter = (name: string) => ({
    add: (_: number, attributes?: Attributes) => counted.push({ name, attributes }),
  });
  metrics.setGlobalMeterProvider({ getMeter: () => ({ createCounter }) } as unknown as MeterProvider);
  const migrations = [outboxMigrations, new URL('../../prisma/migrations', import.meta.url)];
  const database = await testDatabase({ migrations });
  const proxy = await tcpProxy(database.url);
  const pool = databasePool(configOf({ DATABASE_URL: proxy.url }), 'email');
  const db = new PrismaClient(prismaOptions(pool));
  const outbox = new Outbox<Prisma.TransactionClient>(db);
  const inbox = new Inbox(outbox, { consumer: 'email' });
  const room = { counted, proxy, db, outbox, sink: await smtpSink() };
  const SMTP_URL = room.sink.url;
  const mailer = new Mailer(configOf({ SMTP_URL, SMTP_POOL_SIZE: '4' }));

  /** A person nobody has heard of, and the ways to look at what happened to them. */
  function someone(settings: Record<string, string> = {}, beyondAscii = '') {
    const userId = randomUUID();
    const email = `${userId}${beyondAscii}@example.com`;
    const mail = new OutgoingMail(db, outbox, inbox, mailer, configOf({ SMTP_TIMEOUT_MS: '10000', ...settings }));
    const content = { subject: 's', html: 'h', text: 't' };
    const letter = { userId, kind: 'welcome' as const, content };
    const event = exampleEvent(UserSignedUp, { userId, email });
    return {
      userId,
      email,
      event,
      deliver: async (cause = event, signal: AbortSignal = new AbortController().signal) => {
        await remember(db, cause.data);
        await mail.send(cause, letter, signal);
      },
      deliverUnheardOf: () => mail.send(event, letter, new AbortController().signal),
      withdraw: () => db.$transaction((tx) => forget(tx, userId, event.time)),
      mails: () => room.sink.mailsTo(email),
      row: () => db.mail.findFirstOrThrow({ where: { userId } }),
      facts: async () => {
        const about = `%${userId}%`;
        const rows = await db.$queryRaw<{ body: string }[]>`SELECT body FROM messaging.outbox WHERE body LIKE ${about}`;
        return rows.map(({ body }) => JSON.parse(body) as MailSent | MailFailed);
      },
    };
  }

  /** Sent, and nobody wrote it down: what a crash between the 250 and the record leaves behind. */
  async function crashed({ leaseEndsInMs, ...settings }: { leaseEndsInMs: number; MAIL_UNKNOWN?: string }) {
    const person = someone(settings);
    await person.deliver();
    await db.$executeRaw`DELETE FROM messaging.outbox WHERE body LIKE ${`%${person.userId}%`}`;
    const leaseUntil = new Date(Date.now() + leaseEndsInMs);
    await db.mail.updateMany({ where: { userId: person.userId }, data: { status: 'sending', leaseUntil } });
    counted.length = 0;
    return person;
  }

  async function close() {
    mailer.onApplicationShutdown();
    metrics.disable();
    await pool.end();
    await Promise.all([room.sink.close(), proxy.close()]);
    await database.drop();
  }
  return Object.assign(room, { someone, crashed, close });
}

export type MailRoom = Awaited<ReturnType<typeof mailRoom>> & { sink: SmtpSink };
