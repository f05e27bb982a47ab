import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { connect as connectTls } from 'node:tls';
import { eventually } from './eventually.ts';
import { garbageServer } from './garbage-server.ts';
import { smtpSink, type SmtpSink } from './smtp-sink.ts';

/** Speaks SMTP by hand; the answer to each command is its reply code, `lost` when the connection is gone instead. */
class Dialogue {
  private readonly replies: AsyncIterator<string>;
  constructor(readonly socket: Socket) {
    socket.on('error', () => undefined);
    this.replies = createInterface({ input: socket })[Symbol.asyncIterator]();
  }
  async reply(): Promise<string> {
    for (;;) {
      // A server that closes with a command unread resets the connection: the lines end with an error then.
      const { value, done } = await this.replies.next().catch(() => ({ value: '', done: true }));
      if (done) return 'lost';
      if (value[3] === ' ') return value.slice(0, 3);
    }
  }
  say(line: string): Promise<string> {
    this.socket.write(`${line}\r\n`);
    return this.reply();
  }
  /** From the greeting to the reply to the mail, or to the first refusal. */
  async send(to: string, raw = 'Subject: hello\r\n\r\nhi'): Promise<string> {
    await this.reply();
    await this.say('EHLO spec');
    await this.say('MAIL FROM:<us@example.com>');
    const accepted = await this.say(`RCPT TO:<${to}>`);
    if (accepted !== '250') return accepted;
    await this.say('DATA');
    return this.say(`${raw}\r\n.`);
  }
}

describe('smtpSink', () => {
  let sink: SmtpSink;
  const open: Socket[] = [];
  const dial = () => {
    const dialogue = new Dialogue(connect(sink.port, '127.0.0.1'));
    open.push(dialogue.socket);
    return dialogue;
  };
  beforeEach(async () => void (sink = await smtpSink()));
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await sink.close();
  });

  it('keeps the mails it takes, with envelope, unfolded headers and all bytes', async () => {
    const raw = 'Message-ID: <m1@example.com>\r\nSubject: a\r\n long one\r\n\r\nhi\r\n';
    expect(await dial().send('ada@example.com', raw)).toBe('250');
    expect(sink.mails).toEqual([
      {
        from: 'us@example.com',
        to: ['ada@example.com'],
        headers: { 'message-id': '<m1@example.com>', subject: 'a long one' },
        raw: `${raw}\r\n`,
      },
    ]);
    expect(sink.mailsTo('ada@example.com')).toHaveLength(1);
    expect(sink.mailsTo('bob@example.com')).toHaveLength(0);
  });

  it('refuses a recipient, or the mail, with the code it was told', async () => {
    sink.behave({ 'no@example.com': { rcpt: 550 }, 'later@example.com': { data: 451 } });
    expect(await dial().send('no@example.com')).toBe('550');
    expect(await dial().send('later@example.com')).toBe('451');
    expect(sink.mails).toEqual([]);
    expect(await dial().send('ada@example.com')).toBe('250');
  });

  it('lets a function decide by attempt', async () => {
    sink.behave((_, attempt) => (attempt < 3 ? { rcpt: 421 } : undefined));
    const codes = [];
    for (let attempt = 1; attempt <= 3; attempt++) codes.push(await dial().send('ada@example.com'));
    expect(codes).toEqual(['421', '421', '250']);
    expect(sink.attempts('ada@example.com')).toBe(3);
  });

  it('forgets the behaviour of one mail when the next comes over the same connection', async () => {
    sink.behave((_, attempt) => (attempt === 1 ? { data: 452 } : undefined));
    const dialogue = dial();
    expect(await dialogue.send('ada@example.com')).toBe('452');
    await dialogue.say('MAIL FROM:<us@example.com>');
    await dialogue.say('RCPT TO:<ada@example.com>');
    await dialogue.say('DATA');
    expect(await dialogue.say('Subject: again\r\n\r\nhi\r\n.')).toBe('250');
  });

  it.each([
    ['before-250', 'lost', 0],
    ['instead-of-250', 'lost', 1],
    ['after-250', '250', 1],
  ] as const)('loses the connection %s: the client sees %s and %i mails are taken', async (drop, seen, taken) => {
    sink.behave({ 'ada@example.com': { drop } });
    const dialogue = dial();
    expect(await dialogue.send('ada@example.com')).toBe(seen);
    expect(await dialogue.reply()).toBe('lost');
    expect(sink.mails).toHaveLength(taken);
  });

  it('makes a client wait, and can be closed meanwhile', async () => {
    sink.behave({ 'ada@example.com': { delayMs: 3_600_000 } });
    const sending = dial().send('ada@example.com');
    await eventually(() => sink.attempts('ada@example.com') === 1);
    await sink.close();
    expect(await sending).toBe('lost');
    expect(sink.mails).toEqual([]);
    sink = await smtpSink({ port: sink.port }); // and the same address can come back
    expect(await dial().send('ada@example.com')).toBe('250');
  });

  it.each([
    ['reset', 'lost'],
    ['refusal', '554 told to answer 554'],
    ['garbage', '\x00\x07 not a mail server'],
  ] as const)('meets whoever connects with a %s, counts them, and greets again when told', async (greeting, met) => {
    const before = dial();
    expect(await before.reply()).toBe('220');
    sink.greet(greeting);
    expect(await before.reply()).toBe('lost');
    const socket = dial().socket;
    const [first] = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => ['lost'])]);
    expect(String(first).trimEnd()).toBe(met);
    expect(sink.connections()).toBe(2);
    sink.greet();
    expect(await dial().send('ada@example.com')).toBe('250');
  });

  it('says nothing to whoever connects, for ever, when told to be silent', async () => {
    sink.greet('silence');
    const { socket } = dial();
    await eventually(() => sink.connections() === 1);
    expect(socket.bytesRead).toBe(0);
    sink.greet(); // and hangs up on whoever waits
    await eventually(() => socket.closed);
  });

  it('offers STARTTLS, or speaks TLS from the start, when asked', async () => {
    const dialogue = dial();
    await dialogue.reply();
    await dialogue.say('EHLO spec');
    expect(await dialogue.say('STARTTLS')).toBe('500');

    await using upgrading = await smtpSink({ tls: 'starttls' });
    const plain = new Dialogue(connect(upgrading.port, '127.0.0.1'));
    await plain.reply();
    await plain.say('EHLO spec');
    expect(await plain.say('STARTTLS')).toBe('220');
    plain.socket.destroy();

    await using implicit = await smtpSink({ tls: 'implicit' });
    expect(implicit.url).toMatch(/^smtps:/);
    const secure = new Dialogue(connectTls({ port: implicit.port, host: '127.0.0.1', rejectUnauthorized: false }));
    expect(await secure.send('ada@example.com')).toBe('250');
    secure.socket.destroy();
  });
});

describe('garbageServer', () => {
  it('greets with nonsense and counts who came', async () => {
    await using garbage = await garbageServer('\x00 what\r\n');
    const socket = connect(garbage.port, '127.0.0.1');
    const [greeting] = (await once(socket, 'data')) as [Buffer];
    expect(greeting.toString()).toBe('\x00 what\r\n');
    expect(garbage.connections).toBe(1);
    socket.destroy();
  });
});
