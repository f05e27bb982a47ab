import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { SpanKind, type Attributes } from '@opentelemetry/api';
import { contextFrom, withSpan } from '@tributary/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { problemOf } from './problem-of.ts';

/**
 * One SERVER span per request, in the caller's trace when it sends one.
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
@Injectable()
export class ServerSpan implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const reply = execution.switchToHttp().getResponse<FastifyReply>();
    const route = request.routeOptions.url ?? '/';
    const settings = {
      kind: SpanKind.SERVER,
      parent: contextFrom(request.headers),
      attributes: attributesOf(request, route),
    };
    return defer(async () => {
      // What the client did wrong is not an error of ours: only 5xx leaves the span as a failure.
      const outcome = await withSpan(`${request.method} ${route}`, settings, async (span) => {
        try {
          const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
          span.setAttribute('http.response.status_code', reply.statusCode);
          return { body };
        } catch (error) {
          const { status, code } = problemOf(error);
          span.setAttributes({ 'http.response.status_code': status, 'tributary.problem.code': code });
          if (status >= 500) throw error;
          return { error };
        }
      });
      if ('error' in outcome) throw outcome.error;
      return outcome.body;
    });
  }
}

function attributesOf(request: FastifyRequest, route: string): Attributes {
  return {
    'http.request.method': request.method,
    'http.route': route,
    'url.scheme': request.protocol,
    'url.path': request.url.split('?')[0],
    'server.address': request.hostname,
    'network.protocol.version': request.raw.httpVersion,
    'user_agent.original': request.headers['user-agent'],
  };
}
