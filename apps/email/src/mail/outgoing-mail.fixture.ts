import { randomUUID } from 'node:crypto';
import { type Attributes, type MeterProvider, metrics } from '@opentelemetry/api';
import { PrismaPg } from '@prisma/adapter-pg';
import { type MailFailed, type MailSent, UserSignedUp } from '@tributary/contracts';
import { Inbox, Outbox, outboxMigrations } from '@tributary/outbox';
import { exampleEvent, type SmtpSink, smtpSink, tcpProxy, testDatabase } from '@tributary/testing';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { WhenUnknown } from './mail-state.ts';
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
  const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: proxy.url }) });
  const outbox = new Outbox<Prisma.TransactionClient>(db);
  const inbox = new Inbox(outbox, { consumer: 'email' });
  const room = { counted, proxy, db, outbox, sink: await smtpSink() };
  const from = { name: 'Tributary', address: 'hello@tributary.example' };
  const tls = { secure: false, requireTls: false, rejectUnauthorized: true };
  const mailer = new Mailer({ host: '127.0.0.1', port: room.sink.port, ...tls, poolSize: 4, from });

  /** A person nobody has heard of, and the ways to look at what happened to them. */
  function someone(settings: { whenUnknown?: WhenUnknown; smtpTimeoutMs?: number } = {}) {
    const userId = randomUUID();
    const email = `${userId}@example.com`;
    const defaults = { whenUnknown: 'resend', messageIdDomain: 'tributary.example', smtpTimeoutMs: 10_000 } as const;
    const mail = new OutgoingMail(db, inbox, outbox, mailer, { ...defaults, ...settings });
    const content = { subject: 's', html: 'h', text: 't' };
    const letter = { userId, kind: 'welcome' as const, to: { name: 'Ada', address: email }, content };
    const event = exampleEvent(UserSignedUp, { userId, email });
    return {
      userId,
      email,
      event,
      deliver: (cause = event, signal: AbortSignal = new AbortController().signal) => mail.send(cause, letter, signal),
      mails: () => room.sink.mailsTo(email),
      row: () => db.mail.findFirstOrThrow({ where: { userId } }),
      handled: () => db.$queryRaw<unknown[]>`SELECT FROM messaging.inbox WHERE event_id = ${event.id}::uuid`,
      facts: async () => {
        const about = `%${userId}%`;
        const rows = await db.$queryRaw<{ body: string }[]>`SELECT body FROM messaging.outbox WHERE body LIKE ${about}`;
        return rows.map(({ body }) => JSON.parse(body) as MailSent | MailFailed);
      },
    };
  }

  /** Sent, and nobody wrote it down: what a crash between the 250 and the record leaves behind. */
  async function crashed(settings: Parameters<typeof someone>[0] & { leaseEndsInMs: number }) {
    const person = someone(settings);
    await person.deliver();
    await db.$executeRaw`DELETE FROM messaging.inbox WHERE event_id = ${person.event.id}::uuid`;
    await db.$executeRaw`DELETE FROM messaging.outbox WHERE body LIKE ${`%${person.userId}%`}`;
    const leaseUntil = new Date(Date.now() + settings.leaseEndsInMs);
    await db.mail.updateMany({ where: { userId: person.userId }, data: { status: 'sending', leaseUntil } });
    counted.length = 0;
    return person;
  }

  async function close() {
    mailer.onApplicationShutdown();
    metrics.disable();
    await db.$disconnect();
    await Promise.all([room.sink.close(), proxy.close()]);
    await database.drop();
  }
  return Object.assign(room, { someone, crashed, close });
}

export type MailRoom = Awaited<ReturnType<typeof mailRoom>> & { sink: SmtpSink };
