import { describe, expect, it } from '@jest/globals';
import { configOf } from './config.fixture.ts';
import { mailerSettings, messageIdDomain, statusPage } from './config.ts';

const mailer = (settings: Record<string, string> = {}) => mailerSettings(configOf(settings));

describe('the configuration', () => {
  it('needs a mail server and a sender, the rest is sensible', () => {
    expect(mailer()).toEqual({
      host: 'localhost',
      port: 1025,
      secure: false,
      requireTls: false,
      rejectUnauthorized: true,
      auth: undefined,
      poolSize: 16,
      from: { name: 'Tributary', address: 'hello@tributary.example' },
    });
    expect(configOf()).toMatchObject({ MAIL_UNKNOWN: 'resend', SMTP_TIMEOUT_MS: 90_000 });
    expect(messageIdDomain(configOf())).toBe('tributary.example');
    expect(messageIdDomain(configOf({ MESSAGE_ID_DOMAIN: 'mx.example' }))).toBe('mx.example');
  });

  it('sends no password without TLS unless told to', () => {
    const SMTP_URL = 'smtp://me%40example.com:p%2Fw@mail.example.com';
    expect(mailer({ SMTP_URL })).toMatchObject({
      port: 587,
      requireTls: true,
      auth: { user: 'me@example.com', pass: 'p/w' },
    });
    expect(mailer({ SMTP_URL, SMTP_REQUIRE_TLS: 'false' })).toMatchObject({ requireTls: false });
  });

  it('speaks TLS from the first byte to smtps', () => {
    expect(mailer({ SMTP_URL: 'smtps://mail.example.com' })).toMatchObject({ secure: true, port: 465 });
    expect(mailer({ SMTP_URL: 'smtps://[::1]:1465' })).toMatchObject({ host: '::1', port: 1465 });
  });

  it.each(['Ä Ö <hello@tributary.example>', '<hello@tributary.example>', '"T" <a+b@x-1.example>'])(
    'takes %s as a sender',
    (MAIL_FROM) => expect(mailer({ MAIL_FROM }).from.address).toMatch(/^(hello|a\+b)@/),
  );

  it('takes a sender without a name', () => {
    expect(mailer({ MAIL_FROM: 'hello@tributary.example' })).toMatchObject({
      from: { name: '', address: 'hello@tributary.example' },
    });
  });

  it('knows where the status page is when it is told where people reach it, whatever the slash', () => {
    expect(statusPage(configOf(), '1')).toBeUndefined();
    for (const PUBLIC_URL of ['https://tributary.example/up', 'https://tributary.example/up/']) {
      expect(statusPage(configOf({ PUBLIC_URL }), '1')).toBe('https://tributary.example/up/welcome/1');
    }
  });

  it.each([
    ['MAIL_FROM', 'a@example.com, b@example.com'],
    ['MAIL_FROM', 'A <a@example.com>\r\nBcc: <b@example.com>'],
    ['MAIL_FROM', 'nobody'],
    ['MAIL_FROM', 'Tributary <hello@tributary.example'],
    ['MAIL_FROM', 'hello@tributary.example>'],
    ['MAIL_FROM', 'hello@tributary..example'],
    ['MAIL_FROM', 'hello@.'],
    ['MAIL_FROM', 'mailto:hello@tributary.example'],
    ['SMTP_URL', 'smtp:localhost'],
    ['MAIL_FROM', 'Tributary <grüße@tributary.example>'],
    ['SMTP_URL', 'smtp://me:50%zz@localhost'],
    ['PUBLIC_URL', 'https://tributary.example/?from=mail'],
    ['PUBLIC_URL', 'https://tributary.example/#top'],
    ['SMTP_URL', 'http://localhost'],
    ['SMTP_TIMEOUT_MS', '600000'],
    ['SMTP_POOL_SIZE', '0'],
    ['MAIL_UNKNOWN', 'forget'],
    ['MESSAGE_ID_DOMAIN', 'a>b'],
    ['MESSAGE_ID_DOMAIN', `${'a.'.repeat(100)}example`],
    ['SMTP_REQUIRE_TLS', 'perhaps'],
    ['PUBLIC_URL', 'javascript:alert(1)'],
  ])('refuses %s=%j and says so', (name, value) => {
    expect(() => mailer({ [name]: value })).toThrow(name);
  });
});
