import { serviceConfig, urlOf, wholeNumber } from '@tributary/service-defaults';
import { z } from 'zod';
import { MAX_CONNECTIONS, MAX_SMTP_TIMEOUT_MS } from './mail/limits.ts';
import { needsSmtpUtf8 } from './mail/smtp-utf8.ts';

const yesOrNo = z.stringbool({ error: 'must be true or false' });
/** `Name <address>` or the address alone. */
const MAILBOX =
  /^(?:(?<name>[^<>\p{Cc}]*?)\s*<)?(?<address>[^\s\p{Cc}@<>,;:"()[\]\\]+@(?<domain>[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*))>?$/iu;
const hasItsBrackets = (mailbox: string) => mailbox.includes('<') === mailbox.endsWith('>');
/** So that every Message-ID fits into its fact, see MailSent: 104 characters are left for kind, person and occasion. */
const MAX_DOMAIN = 150;

const schema = serviceConfig.extend({
  SMTP_URL: urlOf(/^smtps?$/, 'must be an smtp:// or smtps:// URL').meta({
    description: 'The mail server; smtps means TLS from the first byte, smtp means STARTTLS where it is offered.',
    example: 'smtp://user:secret@mail.example.com:587',
  }),
  SMTP_REQUIRE_TLS: yesOrNo.optional().meta({
    description: 'Send nothing without TLS. True unless given when SMTP_URL has a password, else false.',
    example: 'true',
  }),
  SMTP_REJECT_UNAUTHORIZED: yesOrNo.default(true).meta({
    description: "Refuse a mail server's certificate that cannot be verified.",
    example: 'true',
  }),
  SMTP_POOL_SIZE: wholeNumber(1, MAX_CONNECTIONS).default(MAX_CONNECTIONS).meta({
    description: 'Connections to the mail server; more mails at once take more replicas.',
    example: '30',
  }),
  SMTP_TIMEOUT_MS: wholeNumber(100, MAX_SMTP_TIMEOUT_MS).default(90_000).meta({
    description:
      'Milliseconds for one attempt. The shorter, the more mails end up unknown when the server is slow to answer.',
    example: '90000',
  }),
  MAIL_FROM: z
    .string()
    .regex(MAILBOX, 'must be one mailbox')
    .refine(hasItsBrackets, 'must be one mailbox')
    .refine(
      (mailbox) => !needsSmtpUtf8(mailbox.slice(mailbox.lastIndexOf('<') + 1)),
      'must be an address in ASCII: not every server takes another',
    )
    .max(MAX_DOMAIN)
    .meta({ description: 'The sender of every mail.', example: 'Tributary <hello@tributary.example>' }),
  MESSAGE_ID_DOMAIN: z.hostname('must be a host name').max(MAX_DOMAIN).optional().meta({
    description: 'Right side of every Message-ID. The domain of MAIL_FROM unless given.',
    example: 'tributary.example',
  }),
  MAIL_UNKNOWN: z.enum(['resend', 'hold']).default('resend').meta({
    description:
      'A mail that may have been sent or not: resend = once more, same Message-ID; hold = leave it to a person.',
    example: 'resend',
  }),
  PUBLIC_URL: urlOf(/^https?$/, 'must be an http:// or https:// URL')
    .refine((url) => !/[?#]/.test(url), { error: 'must end with its path: links are made by adding to it' })
    .optional()
    .meta({
      description: 'Where people reach the signup page. Without it no mail has a link.',
      example: 'https://tributary.example',
    }),
});

export type Config = z.output<typeof schema>;

/** What the Nest application injects it as. */
export const CONFIG = Symbol('config');

export const config = { schema, env: process.env };

/** Where mails are handed over, and in whose name. */
export function mailerSettings(config: Config) {
  const { protocol, hostname, port, username, password } = new URL(config.SMTP_URL);
  const secure = protocol === 'smtps:';
  const auth = username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : undefined;
  const { name, address } = sender(config);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (secure ? 465 : 587), // RFC 8314
    secure,
    requireTls: config.SMTP_REQUIRE_TLS ?? auth !== undefined,
    rejectUnauthorized: config.SMTP_REJECT_UNAUTHORIZED,
    auth,
    poolSize: config.SMTP_POOL_SIZE,
    from: { name, address },
  };
}

/** Where somebody sees how far their onboarding has come, and chooses another name; undefined without PUBLIC_URL. */
export const statusPage = ({ PUBLIC_URL }: Config, userId: string): string | undefined =>
  PUBLIC_URL && `${PUBLIC_URL.replace(/\/+$/, '')}/welcome/${userId}`;

export const messageIdDomain = (config: Config) => config.MESSAGE_ID_DOMAIN ?? sender(config).domain;

function sender({ MAIL_FROM }: Config) {
  const { name = '', address = '', domain = '' } = MAILBOX.exec(MAIL_FROM)?.groups ?? {};
  return { name, address, domain };
}
