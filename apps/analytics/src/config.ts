import { address, serviceConfig, urlOf, wholeNumber } from '@tributary/service-defaults';
import type { z } from 'zod';

const schema = serviceConfig.extend({
  HOST: address.default('0.0.0.0').meta({ description: 'The address HTTP is served on.', example: '127.0.0.1' }),
  PORT: wholeNumber(0, 65_535).default(3001).meta({
    description: 'The port HTTP is served on; 0 takes any free one and logs it.',
    example: '3001',
  }),
  READS_PER_MINUTE: wholeNumber(1, 1_000_000_000).default(600).meta({
    description:
      'What one client (an IPv4, an IPv6 /64) may ask for, per replica; the network around it (/24, /48) 10 times, all together 1,000 times as much.',
    example: '600',
  }),
  TRACE_URL: urlOf(/^https?$/, 'must be an http:// or https:// URL')
    .refine((url) => url.includes('{traceId}'), { error: 'must say where the id goes: {traceId}' })
    .optional()
    .meta({
      description: 'Where a trace can be seen. Without it pages name the trace and link to nothing.',
      example: 'http://localhost:16686/trace/{traceId}',
    }),
});

export type Config = z.output<typeof schema>;

/** What the Nest application injects it as. */
export const CONFIG = Symbol('config');

export const config = { schema, env: process.env };
