import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { garbageServer, recordSpans, smtpSink, type SmtpSink } from '@tributary/testing';
import { configOf } from '../config.fixture.ts';
import { type Letter, Mailer } from './mailer.ts';

const letter: Letter = {
  userId: '5f0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11',
  kind: 'welcome',
  content: { subject: 'Welcome, Ada', html: '<p>Welcome</p>', text: 'Welcome' },
};
const messageId = '<welcome.1@tributary.example>';
const envelope = { to: { name: 'Ada', address: 'ada@example.com' }, messageId };
const inTime = () => AbortSignal.timeout(20_000);

let sink: SmtpSink;
let mailer: Mailer;

function mailerFor(port: number, settings: Record<string, string> = {}): Mailer {
  mailer = new Mailer(configOf({ SMTP_URL: `smtp://127.0.0.1:${port}`, SMTP_POOL_SIZE: '2', ...settings }));
  return mailer;
}

beforeEach(async () => {
  sink = await smtpSink();
});
afterEach(async () => {
  mailer.onApplicationShutdown();
  await sink.close();
});

describe('the mailer', () => {
  it('hands a mail over with the Message-ID it was given', async () => {
    expect(await mailerFor(sink.port).send(letter, envelope, inTime())).toEqual({ result: 'accepted' });
    const [mail] = sink.mailsTo('ada@example.com');
    expect(mail).toMatchObject({
      from: 'hello@tributary.example',
      to: ['ada@example.com'],
      headers: { 'message-id': messageId, from: 'Tributary <hello@tributary.example>', to: 'Ada <ada@example.com>' },
    });
  });

  it.each(['p%w', "@:/%+ ü漢?#&=%zz'\\"])('logs in with %j', async (password) => {
    const login = { user: `ünser@${password}`, password };
    await using guarded = await smtpSink({ login });
    const url = new URL(guarded.url);
    Object.assign(url, { username: encodeURIComponent(login.user), password: encodeURIComponent(password) });
    const settings = { SMTP_URL: url.href, SMTP_REQUIRE_TLS: 'false' };
    expect(await mailerFor(guarded.port, settings).send(letter, envelope, inTime())).toEqual({ result: 'accepted' });
  });

  it('takes more mails at once than it has connections', async () => {
    mailerFor(sink.port);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => mailer.send(letter, envelope, inTime())));
    expect(outcomes).toEqual(Array(20).fill({ result: 'accepted' }));
    expect(sink.mails).toHaveLength(20);
  });

  it('opens no more connections than it may', async () => {
    await using silent = await garbageServer('');
    mailerFor(silent.port);
    const soon = AbortSignal.timeout(300);
    await Promise.all(Array.from({ length: 20 }, () => mailer.send(letter, envelope, soon)));
    expect(silent.connections).toBe(2);
  });

  it.each(['\r\nBcc: victim@example.com', '\nX-Injected: yes', '>, <victim@example.com'])(
    'keeps %j in a name from becoming a header or a recipient',
    async (evil) => {
      const content = { ...letter.content, subject: `Welcome${evil}` };
      await mailerFor(sink.port).send(
        { ...letter, content },
        { to: { name: `Ada${evil}`, address: 'ada@example.com' }, messageId },
        inTime(),
      );
      const [mail] = sink.mails;
      expect(mail?.to).toEqual(['ada@example.com']);
      expect(Object.keys(mail?.headers ?? {})).not.toEqual(expect.arrayContaining(['bcc']));
      expect(Object.keys(mail?.headers ?? {})).not.toEqual(expect.arrayContaining(['x-injected']));
    },
  );

  it('does not let a name that looks like an encoded word be decoded', async () => {
    const name = '=?utf-8?Q?Ada=0D=0ABcc:_victim@example.com?=';
    const content = { ...letter.content, subject: `Welcome, ${name}` };
    await mailerFor(sink.port).send({ ...letter, content }, { ...envelope, to: { ...envelope.to, name } }, inTime());
    const { to, subject } = sink.mails[0]?.headers ?? {};
    expect(`${to} ${subject}`).not.toMatch(/=\?utf-8\?q\?ada=0d/i);
    expect(subject).toContain('= ?utf-8');
  });

  it.each([
    'a>@example.com',
    'a@b>,<victim@example.com',
    'a@example.com\r\nRCPT TO:<victim@example.com>',
    'a@b,c@example.com',
  ])('never sends to anybody but one recipient when the address is %j', async (address) => {
    const outcome = await mailerFor(sink.port).send(letter, { to: { name: 'A', address }, messageId }, inTime());
    expect(sink.mails.flatMap(({ to }) => to)).not.toContain('victim@example.com');
    expect(sink.mails.every(({ to }) => to.length === 1)).toBe(true);
    expect(outcome.result).not.toBe('unknown');
  });

  it.each([
    ['the recipient', { rcpt: 550 }],
    ['the content', { data: 550 }],
  ])('says refused when the server answers 5xx to %s', async (_, behaviour) => {
    sink.behave({ 'ada@example.com': behaviour });
    const outcome = await mailerFor(sink.port).send(letter, envelope, inTime());
    expect(outcome).toEqual({ result: 'refused', smtpStatus: 550 });
  });

  it.each([
    ['4xx to the recipient', { rcpt: 450 }],
    ['4xx to the content', { data: 451 }],
  ])('says deferred on %s', async (_, behaviour) => {
    sink.behave({ 'ada@example.com': behaviour });
    expect(await mailerFor(sink.port).send(letter, envelope, inTime())).toMatchObject({ result: 'deferred' });
  });

  it('says deferred when nobody listens', async () => {
    await sink.close();
    expect(await mailerFor(sink.port).send(letter, envelope, inTime())).toMatchObject({ result: 'deferred' });
    sink = await smtpSink();
  });

  it('says deferred when something else answers', async () => {
    await using garbage = await garbageServer();
    expect(await mailerFor(garbage.port).send(letter, envelope, inTime())).toMatchObject({ result: 'deferred' });
  });

  it('says deferred when the time is up before the mail is out', async () => {
    await using silent = await garbageServer('');
    const outcome = await mailerFor(silent.port).send(letter, envelope, AbortSignal.timeout(100));
    expect(outcome).toMatchObject({ result: 'deferred' });
  });

  it.each(['before-250', 'instead-of-250'] as const)('says unknown when the connection drops %s', async (drop) => {
    sink.behave({ 'ada@example.com': { drop } });
    expect(await mailerFor(sink.port).send(letter, envelope, inTime())).toMatchObject({ result: 'unknown' });
    expect(sink.attempts('ada@example.com')).toBe(1);
  });

  it('says accepted when the connection drops after the 250', async () => {
    sink.behave({ 'ada@example.com': { drop: 'after-250' } });
    expect(await mailerFor(sink.port).send(letter, envelope, inTime())).toEqual({ result: 'accepted' });
  });

  it('says unknown when the answer takes longer than we wait', async () => {
    sink.behave({ 'ada@example.com': { delayMs: 60_000 } });
    const outcome = mailerFor(sink.port).send(letter, envelope, AbortSignal.timeout(500));
    expect(await outcome).toMatchObject({ result: 'unknown' });
  });

  it('goes on with the next mail over a connection that the server closed meanwhile', async () => {
    sink.behave({ 'ada@example.com': { drop: 'after-250' } });
    mailerFor(sink.port, { SMTP_POOL_SIZE: '1' });
    for (let mail = 1; mail <= 5; mail++) {
      expect(await mailer.send(letter, envelope, inTime())).toEqual({ result: 'accepted' });
    }
    expect(sink.mails).toHaveLength(5);
  });
});

describe('the span of an attempt', () => {
  let recorded: ReturnType<typeof recordSpans>;
  beforeEach(() => void (recorded = recordSpans()));
  afterEach(() => recorded.dispose());

  it('says that we are the client of a mail server, and how it went', async () => {
    await mailerFor(sink.port).send(letter, envelope, inTime());
    const attributes = { 'network.protocol.name': 'smtp', 'server.address': '127.0.0.1', 'server.port': sink.port };
    const own = { 'tributary.mail.kind': 'welcome', 'tributary.mail.outcome': 'accepted' };
    expect(recorded.spans).toMatchObject([
      { name: 'smtp send', kind: SpanKind.CLIENT, attributes: { ...attributes, ...own }, failed: false },
    ]);
  });

  it('is an error with the reply code, and tells nobody who the mail was for', async () => {
    sink.behave({ 'ada@example.com': { rcpt: 550 } });
    await mailerFor(sink.port).send(letter, envelope, inTime());
    expect(recorded.spans).toMatchObject([{ attributes: { 'error.type': '550' }, failed: true }]);
    expect(JSON.stringify(recorded.spans)).not.toMatch(/ada/i);
  });
});

describe('TLS', () => {
  it('sends nothing in clear when TLS is required and not offered', async () => {
    const outcome = await mailerFor(sink.port, { SMTP_REQUIRE_TLS: 'true' }).send(letter, envelope, inTime());
    expect(outcome).toMatchObject({ result: 'deferred' });
    expect(sink.mails).toEqual([]);
  });

  it.each(['starttls', 'implicit'] as const)('refuses a certificate it cannot verify (%s)', async (tls) => {
    await using server = await smtpSink({ tls });
    const outcome = await mailerFor(server.port, { SMTP_URL: server.url }).send(letter, envelope, inTime());
    expect(outcome).toMatchObject({ result: 'deferred' });
    expect(server.mails).toEqual([]);
  });

  it.each(['starttls', 'implicit'] as const)('sends when told to accept any certificate (%s)', async (tls) => {
    await using server = await smtpSink({ tls });
    const lenient = { SMTP_URL: server.url, SMTP_REQUIRE_TLS: 'true', SMTP_REJECT_UNAUTHORIZED: 'false' };
    expect(await mailerFor(server.port, lenient).send(letter, envelope, inTime())).toEqual({ result: 'accepted' });
  });
});
