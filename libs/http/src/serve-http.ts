import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { clientLimits, endUnreadAnswers, logger, NestLogger, whyNotListening } from '@tributary/telemetry';
import type { FastifyInstance } from 'fastify';
import { clientErrorHandler } from './client-error.ts';
import { refuseCrossSite } from './cross-site.ts';
import { drainBeforeClosing } from './drain.ts';
import { ProblemFilter, type ProblemPage } from './problem.filter.ts';
import { type Asked, limitRates, type RateLimit, RateLimiter } from './rate-limit.ts';
import { readAnyRequest } from './read-any-request.ts';
import { traceRequests } from './server-span.ts';
import { isDecodable, readBodies, refuseUnreadableQueries } from './text.ts';

export interface HttpOptions {
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** The folder whose files are served below `/assets/`. */
  assets: URL;
  /** Pages run scripts from there, and these ask the service. Without it a page runs none. */
  scripts?: boolean;
  /** The largest request body. Default 16 KiB. */
  bodyLimitBytes?: number;
  /** How long a request may take to arrive. Milliseconds, default 10,000. */
  requestTimeoutMs?: number;
  /** How long a client may leave its answers unread. Milliseconds, default 30,000. */
  writeTimeoutMs?: number;
  /** Networks whose X-Forwarded-For is believed. Anybody can write anything into it: nobody's unless given. */
  trustedProxies?: string[];
  rateLimit: (asked: Asked) => RateLimit;
  problemPage: ProblemPage;
}

/**
 * A Nest application with two edges: HTTP, listening when this returns, and the facts that `strategy` brings once microservices are
 * started. Between the socket and the controllers: a SERVER span, limits, UTF-8, security headers, a guard against other sites, assets,
 * and every error as a problem.
 * When it is closed it answers the requests in flight first.
 * @throws CannotListen naming HOST or PORT, the variables that a service reads `host` and `port` from
 */
export async function serveHttp(
  module: DynamicModule,
  strategy: CustomTransportStrategy,
  options: HttpOptions,
): Promise<NestFastifyApplication> {
  const limiter = new RateLimiter(options.rateLimit);
  const http = adapter(options, limiter);
  const app = await NestFactory.create<NestFastifyApplication>(module, http, { logger: new NestLogger() });
  const server: FastifyInstance = http.getInstance();
  endUnreadAnswers(app.getHttpServer(), options.writeTimeoutMs);
  traceRequests(server);
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: policy(options) },
    // With "no-referrer" a browser names no origin with the forms of our own pages either.
    referrerPolicy: { policy: 'same-origin' },
  });
  limitRates(server, limiter);
  readAnyRequest(server);
  refuseCrossSite(server);
  refuseUnreadableQueries(server);
  readBodies(app);
  drainBeforeClosing(app);
  const root = fileURLToPath(options.assets);
  app.useStaticAssets({ root, prefix: '/assets/', index: false, decorateReply: false });
  app.useGlobalFilters(new ProblemFilter(options.problemPage));
  app.connectMicroservice({ strategy }, { inheritAppConfig: true });
  const { host, port } = options;
  await app.listen(port, host).catch((error: unknown) => {
    throw whyNotListening(error, { host, port, variables: { host: 'HOST', port: 'PORT' } });
  });
  logger('http').info({ url: await app.getUrl() }, 'requests are answered here');
  return app;
}

function adapter(options: HttpOptions, limiter: RateLimiter): FastifyAdapter {
  const { bodyLimitBytes = 16_384, requestTimeoutMs, trustedProxies = [] } = options;
  const { requestTimeout, ...http } = clientLimits(requestTimeoutMs);
  return new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
    requestTimeout,
    // Node would answer by itself: without our headers, limits and form.
    http: { ...http, requireHostHeader: false },
    clientErrorHandler: clientErrorHandler(limiter),
    // So would Fastify, a path that it cannot decode or a parameter that is too long.
    rewriteUrl: ({ url = '/' }) => (isDecodable(url.split('?', 1)[0] ?? '') ? url : '/not-decodable'),
    routerOptions: { maxParamLength: 65_536 },
    // Once drained: a browser opens connections in advance, and keeps those it has used for 72 s.
    forceCloseConnections: true,
  });
}

/** Nothing inline, nothing from elsewhere. */
function policy({ scripts = false }: HttpOptions): Record<string, string[]> {
  return {
    defaultSrc: ["'none'"],
    ...(scripts && { scriptSrc: ["'self'"] }),
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    ...(scripts && { connectSrc: ["'self'"], requireTrustedTypesFor: ["'script'"] }),
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  };
}
