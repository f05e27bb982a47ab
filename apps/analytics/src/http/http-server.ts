import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config.ts';
import { Problem } from '../errors.ts';
import { ProblemFilter } from './problem.filter.ts';

// Two levels up from src/http and from dist/http alike.
const ASSETS = fileURLToPath(new URL('../../public/', import.meta.url));

export function httpAdapter(): FastifyAdapter {
  // Browsers keep connections open that nothing comes on any more.
  return new FastifyAdapter({ requestTimeout: 10_000, forceCloseConnections: true });
}

/** Everything between the socket and the controllers: security headers, the limit, assets, and errors as problems. */
export async function protect(app: NestFastifyApplication, config: Config): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
  });
  await app.register(rateLimit, {
    timeWindow: '1 minute',
    max: config.READS_PER_MINUTE,
    errorResponseBuilder: (_request, { ttl }) =>
      new Problem('RATE_LIMITED', { retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1_000)) }),
  });
  app.useStaticAssets({ root: ASSETS, prefix: '/assets/', index: false, decorateReply: false });
  app.useGlobalFilters(new ProblemFilter());
}
