import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { Problem } from '../errors.ts';
import { drainBeforeClosing } from './drain.ts';
import { ProblemFilter } from './problem.filter.ts';
import { traceRequests } from './server-span.ts';

// Exported and documented by the plugin, missing from its types.
const { normalizeIP } = rateLimit as unknown as { normalizeIP(ip: string): string };

// Two levels up from src/http and from dist/http alike.
const ASSETS = fileURLToPath(new URL('../../public/', import.meta.url));

export function httpAdapter({ BODY_LIMIT_BYTES, TRUSTED_PROXIES }: Config): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    // Anybody can write anything into X-Forwarded-For: only these addresses are believed.
    trustProxy: TRUSTED_PROXIES.length > 0 ? TRUSTED_PROXIES : false,
    // A client that sends its request one byte at a time holds a connection this long at most.
    requestTimeout: 10_000,
    // Once drained: a browser opens connections in advance, and keeps those it has used for 72 s.
    forceCloseConnections: true,
  });
}

/** Everything between the socket and the controllers: limits, security headers, assets, and errors as problems. */
export async function protect(app: NestFastifyApplication, config: Config): Promise<void> {
  traceRequests(app.getHttpAdapter().getInstance());
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
      },
    },
  });
  await app.register(rateLimit, {
    timeWindow: '1 minute',
    max: (request) => config[limitOf(request)],
    keyGenerator: (request) => `${limitOf(request)} ${clientNetwork(request)}`,
    errorResponseBuilder: (_request, { ttl }) => {
      return new Problem('RATE_LIMITED', { retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1_000)) });
    },
  });
  drainBeforeClosing(app);
  app.useStaticAssets({ root: ASSETS, prefix: '/assets/', index: false, decorateReply: false });
  app.useGlobalFilters(new ProblemFilter());
}

/** Each has a count of its own: whoever wants to leave is not held up by those of the same network who sign up. */
function limitOf({ method, routeOptions }: FastifyRequest) {
  if (!['POST', 'PUT', 'DELETE'].includes(method)) return 'READS_PER_MINUTE';
  return routeOptions.url?.includes('/:id') ? 'CHANGES_PER_MINUTE' : 'SIGNUPS_PER_MINUTE';
}

/** Who counts as one client: an IPv4 address, or the /64 that an IPv6 subscriber has all to himself. */
export function clientNetwork({ ip }: { ip: string }): string {
  return normalizeIP(ip);
}
