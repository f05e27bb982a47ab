import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { Overloaded } from '@tributary/outbox';
import { logger } from '@tributary/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, type ProblemCode } from '../errors.ts';
import { problemPage } from '../page/layout.ts';
import { isDatabaseGone } from './database-gone.ts';
import { tellSpan } from './server-span.ts';

/** Every error leaves as an RFC 9457 problem; a person who opened a page in a browser gets it as a page. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log = logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error);
    tellSpan(request, problem);
    if (problem.status >= 500) this.#log.error({ err: error, code: problem.code }, 'a request failed');
    // A stream that breaks halfway cannot be turned into an answer any more.
    if (reply.raw.headersSent) return void reply.raw.destroy();

    reply.code(problem.status).header('cache-control', 'no-store');
    if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
    // RFC 9110 section 11.6.1: a 401 says how one may prove who one is.
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    if (wantsPage(request)) {
      reply.header('content-type', 'text/html; charset=utf-8').send(problemPage(problem).toString());
    } else {
      reply.header('content-type', 'application/problem+json; charset=utf-8').send(JSON.stringify(problem));
    }
  }
}

/** Below /signups a browser gets JSON like everybody, unless somebody has sent one of the page's forms there. */
function wantsPage({ url, headers }: FastifyRequest): boolean {
  const isForm = (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  return (isForm || !url.startsWith('/signups')) && (headers.accept ?? '').includes('text/html');
}

const byStatus: Record<number, ProblemCode> = {
  404: 'NOT_FOUND',
  413: 'REQUEST_TOO_LARGE',
  415: 'CONTENT_TYPE_UNSUPPORTED',
  429: 'RATE_LIMITED',
  503: 'UNAVAILABLE',
};

/** What the client is told about any error. Whatever is not known to be harmless is INTERNAL and says nothing. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Overloaded) return new Problem('UNAVAILABLE', { cause: error, retryAfterSeconds: 1 });
  if (isDatabaseGone(error)) return new Problem('UNAVAILABLE', { cause: error, retryAfterSeconds: 5 });
  const status = statusOf(error);
  const code = byStatus[status] ?? (status >= 400 && status < 500 ? 'REQUEST_MALFORMED' : 'INTERNAL');
  return new Problem(code, { cause: error, retryAfterSeconds: code === 'UNAVAILABLE' ? 5 : undefined });
}

/** Nest's and Fastify's own errors say which status they mean. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}
