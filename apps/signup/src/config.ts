import { address, serviceConfig, wholeNumber } from '@tributary/service-defaults';
import { z } from 'zod';
import { refuseWhatIsNoNetwork } from './trusted-proxies.ts';

const count = (initial: number, description: string) =>
  wholeNumber(1, 1_000_000_000)
    .default(initial)
    .meta({ description, example: String(initial) });

const schema = serviceConfig.extend({
  HOST: address.default('0.0.0.0').meta({ description: 'The address HTTP is served on.', example: '127.0.0.1' }),
  PORT: wholeNumber(0, 65_535).default(3000).meta({
    description: 'The port HTTP is served on; 0 takes any free one and logs it.',
    example: '3000',
  }),
  MANAGE_TOKEN_SECRET: z.string().min(32, { error: 'must have at least 32 characters' }).meta({
    description: 'Makes manage tokens; the same for every replica, kept for as long as the tokens shall be valid.',
    example: '$(openssl rand -base64 32)',
  }),
  BODY_LIMIT_BYTES: count(16_384, 'The largest request body.'),
  SIGNUPS_PER_MINUTE: count(
    60,
    'Signups that one client (an IPv4, an IPv6 /64) may ask for, per replica; the network around it (/24, /48) 10 times, all together 1,000 times as many.',
  ),
  CHANGES_PER_MINUTE: count(
    60,
    'Other names and withdrawals that one client may ask for; around it and all together likewise.',
  ),
  READS_PER_MINUTE: count(
    1_200,
    'Everything else that one client may ask for, also in vain; around it and all together likewise.',
  ),
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((list) => list.split(/[\s,]+/).filter((network) => network !== ''))
    .superRefine(refuseWhatIsNoNetwork)
    .meta({
      description: 'Networks whose X-Forwarded-For is believed. Nobody unless given: anybody can write the header.',
      example: '10.0.0.0/8,192.168.1.7',
    }),
  MAX_STREAMS: count(2_000, 'Status streams that may be open at once.'),
  MAX_STREAMS_PER_CLIENT: count(
    20,
    'Status streams that one client may have open at once; the network around it 10 times as many.',
  ),
  LATE_AFTER_MS: count(10_000, 'When the page says that a step is taking longer than usual.'),
});

export type Config = z.output<typeof schema>;

/** What the Nest application injects it as. */
export const CONFIG = Symbol('config');

export const config = { schema, env: process.env };
