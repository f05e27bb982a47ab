import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { garbageServer, smtpSink, type SmtpSink } from '@tributary/testing';
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

describe('an address with characters beyond ASCII', () => {
  const to = (address: string) => ({ to: { name: 'Jürgen', address }, messageId });

  it.each(['jürgen@example.com', '用户@例え.example'])(
    'is written to as it is where the server takes that: %s',
    async (address) => {
      expect(await mailerFor(sink.port).send(letter, to(address), inTime())).toEqual({ result: 'accepted' });
      expect(sink.mails.map((mail) => mail.to)).toEqual([[address]]);
    },
  );

  it.each(['none', 'starttls', 'implicit'] as const)(
    'is refused at once, and nothing is sent, where it is not offered (%s)',
    async (tls) => {
      await using old = await smtpSink({ smtpUtf8: 'not offered', tls });
      const settings = { SMTP_URL: old.url, SMTP_REJECT_UNAUTHORIZED: 'false' };
      const outcome = await mailerFor(old.port, settings).send(letter, to('jürgen@example.com'), inTime());
      expect(outcome).toEqual({ result: 'refused', smtpStatus: 553 });
      expect([old.attempts('jürgen@example.com'), old.mails]).toEqual([0, []]);
    },
  );

  it('needs nothing of the server when only its domain has them: that has a spelling in ASCII', async () => {
    for (const smtpUtf8 of ['not offered', 555] as const) {
      await using old = await smtpSink({ smtpUtf8 });
      const outcome = await mailerFor(old.port).send(letter, to('jurgen@bücher.example'), inTime());
      expect(outcome).toEqual({ result: 'accepted' });
      expect(old.mails[0]?.headers).toMatchObject({ to: expect.stringContaining('<jurgen@xn--bcher-kva.example>') });
    }
  });

  it.each([550, 553, 555])(
    'is refused for good when the server that offers it answers %s all the same',
    async (status) => {
      await using picky = await smtpSink({ smtpUtf8: status });
      const outcome = await mailerFor(picky.port).send(letter, to('jürgen@example.com'), inTime());
      expect(outcome).toEqual({ result: 'refused', smtpStatus: status });
      expect(await mailer.send(letter, envelope, inTime())).toEqual({ result: 'accepted' });
    },
  );

  it('is tried again later when nobody answers what the server takes', async () => {
    await using silent = await garbageServer('');
    const send = (signal: AbortSignal) => mailerFor(silent.port).send(letter, to('jürgen@example.com'), signal);
    expect(await send(AbortSignal.timeout(100))).toMatchObject({ result: 'deferred' });
    expect(await send(AbortSignal.abort())).toMatchObject({ result: 'deferred' });
    await using garbage = await garbageServer();
    const outcome = mailerFor(garbage.port).send(letter, to('jürgen@example.com'), inTime());
    expect(await outcome).toMatchObject({ result: 'deferred' });
  });
});
