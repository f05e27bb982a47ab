import { PassThrough } from 'node:stream';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { MailKind } from '@tributary/contracts';
import { withSpan } from '@tributary/telemetry';
import { createTransport } from 'nodemailer';
import { CONFIG, type Config, mailerSettings } from '../config.ts';
import type { Recipient } from '../people/people.ts';
import { printable } from './html.ts';
import { outcomeOf, type SmtpError, type SmtpOutcome } from './smtp-outcome.ts';
import { needsSmtpUtf8, NOT_OFFERED, offersSmtpUtf8 } from './smtp-utf8.ts';

/** What is written: one line of subject, the same message as HTML and as plain text. */
export interface MailContent {
  subject: string;
  html: string;
  text: string;
}

/** One mail to one person; where they can be reached is known when it is claimed. Adding a kind takes one pure template that returns its content and one handler that sends it. */
export interface Letter {
  userId: string;
  kind: MailKind;
  /** What it is about, where one person can get several mails of this kind: at most 48 characters that a Message-ID may have. */
  occasion?: string;
  content: MailContent;
}

/** What is written on the outside of a letter. */
export interface Envelope {
  to: Recipient;
  messageId: string;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** The SMTP edge: a pool of connections, one attempt per call, and an answer instead of an exception. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly settings: ReturnType<typeof mailerSettings>;
  private readonly server;
  private readonly transport;
  /** The attempts whose mail was written to its end. */
  private readonly handedOver = new WeakSet<AbortSignal>();

  constructor(@Inject(CONFIG) config: Config) {
    this.settings = mailerSettings(config);
    const { host, port, secure, requireTls, rejectUnauthorized, auth, poolSize } = this.settings;
    this.server = {
      host,
      port,
      secure,
      requireTLS: requireTls,
      tls: { rejectUnauthorized },
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: CONNECT_TIMEOUT_MS,
    };
    this.transport = createTransport({
      ...this.server,
      pool: true,
      auth,
      maxConnections: poolSize,
      // Only for a pooled connection that the server closed while idle; everything else is the delivery policy's business.
      maxRequeues: 1,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    this.transport.use('stream', ({ data, message }, done) => {
      const { signal } = data;
      const noteTheEnd = () =>
        new PassThrough({
          flush: (flushed) => {
            if (signal) this.handedOver.add(signal);
            flushed();
          },
        });
      message.transform(noteTheEnd);
      done();
    });
  }

  /** Never rejects. `signal` ends the attempt, also while it waits for a connection: one signal per attempt. */
  send(letter: Letter, envelope: Envelope, signal: AbortSignal): Promise<SmtpOutcome> {
    const { host, port } = this.settings;
    const attributes = {
      'network.protocol.name': 'smtp',
      'server.address': host,
      'server.port': port,
      'tributary.mail.kind': letter.kind,
    };
    return withSpan('smtp send', { kind: SpanKind.CLIENT, attributes }, async (span) => {
      const outcome = await this.attempt(letter.content, envelope, signal);
      span.setAttribute('tributary.mail.outcome', outcome.result);
      if (outcome.result === 'accepted') return outcome;
      const message = outcome.result === 'refused' ? String(outcome.smtpStatus) : outcome.reason;
      span.setAttribute('error.type', message);
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      return outcome;
    });
  }

  private async attempt(content: MailContent, { to, messageId }: Envelope, signal: AbortSignal): Promise<SmtpOutcome> {
    const smtpUtf8 = needsSmtpUtf8(to.address);
    try {
      if (smtpUtf8 && !(await offersSmtpUtf8(this.server, signal)))
        return { result: 'refused', smtpStatus: NOT_OFFERED };
      await this.transport.sendMail({
        from: this.settings.from,
        // An object is one address, whatever it contains; a string would be parsed as a list.
        to: { name: headerText(to.name), address: to.address },
        subject: headerText(content.subject),
        html: content.html,
        text: content.text,
        messageId,
        headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834: no out-of-office replies
        signal,
      });
      return { result: 'accepted' };
    } catch (error) {
      return outcomeOf(error as SmtpError, this.handedOver.has(signal), smtpUtf8);
    }
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}

/** A name that looks like an encoded word (RFC 2047) would be decoded by mail programs, into line breaks and whatever else. */
const headerText = (value: string) => printable(value).replaceAll('=?', '= ?');
