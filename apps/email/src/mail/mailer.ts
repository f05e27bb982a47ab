import { PassThrough } from 'node:stream';
import type { OnApplicationShutdown } from '@nestjs/common';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { withSpan } from '@tributary/telemetry';
import { createTransport } from 'nodemailer';
import type { Letter } from './letter.ts';
import { printable } from './html.ts';
import { outcomeOf, type SmtpError, type SmtpOutcome } from './smtp-outcome.ts';

export interface MailerSettings {
  host: string;
  port: number;
  /** TLS from the first byte (smtps); otherwise STARTTLS where the server offers it. */
  secure: boolean;
  /** No mail without TLS. */
  requireTls: boolean;
  rejectUnauthorized: boolean;
  auth?: { user: string; pass: string };
  poolSize: number;
  from: { name: string; address: string };
}

const CONNECT_TIMEOUT_MS = 10_000;

/** The SMTP edge: a pool of connections, one attempt per call, and an answer instead of an exception. */
export class Mailer implements OnApplicationShutdown {
  private readonly transport;
  /** The attempts whose mail was written to its end. */
  private readonly handedOver = new WeakSet<AbortSignal>();

  constructor(private readonly settings: MailerSettings) {
    const { host, port, secure, requireTls, rejectUnauthorized, auth, poolSize } = settings;
    this.transport = createTransport({
      pool: true,
      host,
      port,
      secure,
      requireTLS: requireTls,
      tls: { rejectUnauthorized },
      auth,
      maxConnections: poolSize,
      // Only for a pooled connection that the server closed while idle; everything else is the delivery policy's business.
      maxRequeues: 1,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: CONNECT_TIMEOUT_MS,
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
  send(letter: Letter, messageId: string, signal: AbortSignal): Promise<SmtpOutcome> {
    const { host, port } = this.settings;
    const attributes = {
      'network.protocol.name': 'smtp',
      'server.address': host,
      'server.port': port,
      'tributary.mail.kind': letter.kind,
    };
    return withSpan('smtp send', { kind: SpanKind.CLIENT, attributes }, async (span) => {
      const outcome = await this.attempt(letter, messageId, signal);
      span.setAttribute('tributary.mail.outcome', outcome.result);
      if (outcome.result === 'accepted') return outcome;
      const message = outcome.result === 'refused' ? String(outcome.smtpStatus) : outcome.reason;
      span.setAttribute('error.type', message);
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      return outcome;
    });
  }

  private async attempt({ to, content }: Letter, messageId: string, signal: AbortSignal): Promise<SmtpOutcome> {
    try {
      await this.transport.sendMail({
        from: this.settings.from,
        // An object is one address, whatever it contains; a string would be parsed as a list.
        to: { name: printable(to.name), address: to.address },
        subject: printable(content.subject),
        html: content.html,
        text: content.text,
        messageId,
        headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834: no out-of-office replies
        signal,
      });
      return { result: 'accepted' };
    } catch (error) {
      return outcomeOf(error as SmtpError, this.handedOver.has(signal));
    }
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}
