import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { receivedMail, type ReceivedMail } from './received-mail.ts';

/** What the server does to a mail instead of taking it at once. */
export interface SmtpBehaviour {
  /** Reply code to RCPT TO, 4xx or 5xx. */
  rcpt?: number;
  /** Reply code after the mail's last line, 4xx or 5xx. */
  data?: number;
  /** Milliseconds between the mail's last line and the reply. */
  delayMs?: number;
  /**
   * Loses the connection: `before-250` without taking the mail; `instead-of-250` having taken it, and the client cannot know;
   * `after-250` when client and server agree that it was taken.
   */
  drop?: 'before-250' | 'instead-of-250' | 'after-250';
}

/** What somebody who connects meets instead of a welcome: a reset, a 554, bytes that no protocol expects, or nothing at all. */
export type SmtpGreeting = 'reset' | 'refusal' | 'garbage' | 'silence';

/** Per recipient, or decided at each RCPT TO; `attempt` is 1-based and counts that recipient's RCPT commands. */
export type SmtpPlan =
  Record<string, SmtpBehaviour> | ((recipient: string, attempt: number) => SmtpBehaviour | undefined);

export interface SmtpSink extends AsyncDisposable {
  port: number;
  url: string;
  /** The mails taken, in order. */
  mails: ReceivedMail[];
  /** Mails taken for one recipient. */
  mailsTo(recipient: string): ReceivedMail[];
  /** How many RCPT TO commands named this recipient, whatever became of them. */
  attempts(recipient: string): number;
  /** Connections that were opened so far, whatever they met. */
  connections(): number;
  /** Replaces the plan. */
  behave(plan: SmtpPlan): void;
  /** From now on; open connections are lost. Without an argument it greets properly again. */
  greet(greeting?: SmtpGreeting): void;
  /** Frees the port; open connections are lost. */
  close(): Promise<void>;
}

export interface SmtpSinkOptions {
  plan?: SmtpPlan;
  /** Default 'none'. The certificate is smtp-server's own, self-signed one. */
  tls?: 'none' | 'starttls' | 'implicit';
  /** To come back on the port of a sink that was closed. */
  port?: number;
  /** Default: it takes addresses with characters beyond ASCII. A number is its reply to MAIL FROM with SMTPUTF8, which it offers. */
  smtpUtf8?: 'not offered' | number;
  /** The one login that may send; without it nobody has to log in. */
  login?: { user: string; password: string };
}

/** An SMTP server on loopback that keeps what it takes and fails as it is told. */
export async function smtpSink({
  plan = {},
  tls = 'none',
  port = 0,
  login,
  smtpUtf8,
}: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const mails: ReceivedMail[] = [];
  const attempts = new Map<string, number>();
  const behaviours = new WeakMap<SMTPServerSession, SmtpBehaviour>();
  const closing = new AbortController();
  let greeting: SmtpGreeting | undefined;
  let connections = 0;

  async function take(raw: string, session: SMTPServerSession): Promise<void> {
    const { data, delayMs, drop } = behaviours.get(session) ?? {};
    if (delayMs) await delay(delayMs, undefined, { signal: closing.signal });
    if (drop === 'before-250') return hangUp(session);
    if (data) throw reply(data);
    const { mailFrom, rcptTo } = session.envelope;
    mails.push(
      receivedMail(
        mailFrom ? mailFrom.address : '',
        rcptTo.map(({ address }) => address),
        raw,
      ),
    );
    if (drop === 'instead-of-250') hangUp(session);
    if (drop === 'after-250') setImmediate(() => connectionOf(session)?._socket.end());
  }
  const connectionOf = (session: SMTPServerSession) => [...server.connections].find(({ id }) => id === session.id);
  const hangUp = (session: SMTPServerSession) => void connectionOf(session)?._socket.destroy();

  const server = new SMTPServer({
    authOptional: !login,
    allowInsecureAuth: true,
    logger: false,
    disableReverseLookup: true,
    secure: tls === 'implicit',
    hideSMTPUTF8: smtpUtf8 === 'not offered',
    disabledCommands: [...(login ? [] : ['AUTH']), ...(tls === 'none' ? ['STARTTLS'] : [])],
    onAuth({ username, password }, _session, done) {
      const isIn = username === login?.user && password === login?.password;
      done(isIn ? null : reply(535), { user: username });
    },
    onConnect(session, done) {
      connections += 1;
      if (!greeting) return done();
      if (greeting === 'refusal') return done(reply(554));
      if (greeting === 'reset') hangUp(session);
      if (greeting === 'garbage') connectionOf(session)?._socket.write('\x00\x07 not a mail server\r\n');
    },
    onMailFrom(_, session, done) {
      behaviours.delete(session);
      const refusal = session.envelope.smtpUtf8 && typeof smtpUtf8 === 'number' && reply(smtpUtf8);
      done(refusal || null);
    },
    onRcptTo({ address }, session, done) {
      const attempt = (attempts.get(address) ?? 0) + 1;
      attempts.set(address, attempt);
      const behaviour = typeof plan === 'function' ? plan(address, attempt) : plan[address];
      if (behaviour) behaviours.set(session, behaviour);
      done(behaviour?.rcpt ? reply(behaviour.rcpt) : null);
    },
    onData(stream, session, done) {
      void text(stream)
        .then((raw) => take(raw, session))
        .then(() => done(), done);
    },
  });
  server.on('error', () => undefined); // a client that went away
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address() as AddressInfo;

  const hangUpAll = () => {
    for (const { _socket } of server.connections) _socket.destroy();
  };
  const close = async () => {
    closing.abort();
    const closed = once(server.server, 'close');
    hangUpAll();
    server.close();
    await closed;
  };
  return {
    port: address.port,
    url: `${tls === 'implicit' ? 'smtps' : 'smtp'}://127.0.0.1:${address.port}`,
    mails,
    mailsTo: (recipient) => mails.filter(({ to }) => to.includes(recipient)),
    attempts: (recipient) => attempts.get(recipient) ?? 0,
    connections: () => connections,
    behave: (next) => void (plan = next),
    greet(next) {
      greeting = next;
      hangUpAll();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const reply = (responseCode: number) => Object.assign(new Error(`told to answer ${responseCode}`), { responseCode });
