import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { Overloaded } from '@tributary/outbox';
import { logger } from '@tributary/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseGone } from './database-gone.ts';
import type { Markup } from './markup.ts';
import { type commonProblems, Problem } from './problem.ts';
import { tellSpan } from './server-span.ts';

/** What a person in a browser gets to see; undefined where only programs ask. */
export type ProblemPage = (problem: Problem, request: FastifyRequest) => Markup | undefined;

/** Every error leaves as an RFC 9457 problem; a person who opened a page in a browser gets it as a page. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log = logger('http');
  readonly #page: ProblemPage;

  constructor(page: ProblemPage) {
    this.#page = page;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    // Whoever leaves before having sent all of their request is told nothing, and it is no failure of ours.
    if (request.raw.destroyed && !request.raw.complete) return void reply.raw.destroy();
    const problem = problemOf(error);
    tellSpan(request, problem);
    if (problem.status >= 500) this.#log.error({ err: error, code: problem.code }, 'a request failed');
    // A stream that breaks halfway cannot be turned into an answer any more.
    if (reply.raw.headersSent) return void reply.raw.destroy();

    reply.code(problem.status).header('cache-control', 'no-store');
    if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
    // RFC 9110 section 11.6.1: a 401 says how one may prove who one is.
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    const isPerson = (request.headers.accept ?? '').includes('text/html');
    const page = isPerson ? this.#page(problem, request) : undefined;
    if (page) reply.header('content-type', 'text/html; charset=utf-8').send(page.toString());
    else reply.header('content-type', 'application/problem+json; charset=utf-8').send(JSON.stringify(problem));
  }
}

const byStatus: Record<number, keyof typeof commonProblems> = {
  404: 'NOT_FOUND',
  413: 'REQUEST_TOO_LARGE',
  415: 'CONTENT_TYPE_UNSUPPORTED',
  429: 'RATE_LIMITED',
  503: 'UNAVAILABLE',
};

/** What the client is told about any error. Whatever is not known to be harmless is INTERNAL and says nothing. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Overloaded) return Problem.common('UNAVAILABLE', { cause: error, retryAfterSeconds: 1 });
  if (isDatabaseGone(error)) return Problem.common('UNAVAILABLE', { cause: error, retryAfterSeconds: 5 });
  const status = statusOf(error);
  const code = byStatus[status] ?? (status >= 400 && status < 500 ? 'REQUEST_MALFORMED' : 'INTERNAL');
  return Problem.common(code, { cause: error, retryAfterSeconds: code === 'UNAVAILABLE' ? 5 : undefined });
}

/** Nest's and Fastify's own errors say which status they mean. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}
