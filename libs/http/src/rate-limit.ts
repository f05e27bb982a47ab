import rateLimit from '@fastify/rate-limit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

// Exported and documented by the plugin, missing from its types.
const { normalizeIP } = rateLimit as unknown as { normalizeIP(ip: string): string };

/** How many requests one client may send per minute and replica; requests of another name are counted apart. */
export interface RateLimit {
  name: string;
  perMinute: number;
}

export async function limitRates(
  app: NestFastifyApplication,
  limitOf: (request: FastifyRequest) => RateLimit,
): Promise<void> {
  await app.register(rateLimit, {
    timeWindow: '1 minute',
    max: (request) => limitOf(request).perMinute,
    keyGenerator: (request) => `${limitOf(request).name} ${clientNetwork(request)}`,
    errorResponseBuilder: (_request, { ttl }) =>
      Problem.common('RATE_LIMITED', { retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1_000)) }),
  });
}

/** Who counts as one client: an IPv4 address, or the /64 that an IPv6 subscriber has all to himself. */
export function clientNetwork({ ip }: { ip: string }): string {
  return normalizeIP(ip);
}
