import { type Attributes, type Context, context, type Span, SpanKind, trace } from '@opentelemetry/api';
import { contextFrom, recordFailure, withSpan } from '@tributary/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Problem } from './problem.ts';

const contexts = new WeakMap<FastifyRequest['raw'], Context>();

/**
 * One SERVER span per request, in the caller's trace when it sends one, from the first hook until the last byte: what the rate limit or
 * the body parser refuses is a request too. https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function traceRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const { method, routeOptions } = request;
    const name = routeOptions.url ? `${method} ${routeOptions.url}` : method;
    const settings = {
      kind: SpanKind.SERVER,
      parent: contextFrom(request.headers),
      attributes: attributesOf(request),
    };
    void withSpan(name, settings, async (span) => {
      contexts.set(request.raw, context.active());
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      reply.raw.once('close', resolve);
      done();
      await closed;
      if (reply.raw.headersSent) span.setAttribute('http.response.status_code', reply.raw.statusCode);
    });
  });
  // Reading the body has lost it: its chunks arrive in the context of the connection.
  server.addHook('preHandler', ({ raw }, _reply, done) => context.with(contexts.get(raw) ?? context.active(), done));
}

/** What the client did wrong is not an error of ours: only 5xx leaves the span as a failure. */
export function tellSpan({ raw }: FastifyRequest, problem: Problem): void {
  const span: Span | undefined = trace.getSpan(contexts.get(raw) ?? context.active());
  span?.setAttribute('tributary.problem.code', problem.code);
  if (span && problem.status >= 500) recordFailure(span, problem.cause ?? problem);
}

/** Nothing that the client wrote, such as the path, the host or the user agent: somebody's address may stand in any of them. */
function attributesOf(request: FastifyRequest): Attributes {
  return {
    'http.request.method': request.method,
    'http.route': request.routeOptions.url,
    'url.scheme': request.protocol,
    'network.protocol.version': request.raw.httpVersion,
  };
}
