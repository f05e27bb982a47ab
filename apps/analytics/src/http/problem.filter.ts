import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { logger } from '@tributary/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, type ProblemCode } from '../errors.ts';
import { problemPage } from '../page/layout.ts';
import { isDatabaseGone } from './database-gone.ts';

const RETRY_AFTER_SECONDS = 5;

/** Every error leaves as an RFC 9457 problem; a person who opened a page in a browser gets it as a page. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log = logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error);
    if (problem.status >= 500) this.#log.error({ err: error, code: problem.code }, 'a request failed');
    reply.code(problem.status).header('cache-control', 'no-store');
    if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
    if ((request.headers.accept ?? '').includes('text/html')) {
      reply.header('content-type', 'text/html; charset=utf-8').send(problemPage(problem).toString());
    } else {
      reply.header('content-type', 'application/problem+json; charset=utf-8').send(JSON.stringify(problem));
    }
  }
}

/** Whatever is not known to be harmless is INTERNAL and says nothing. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isDatabaseGone(error)) {
    return new Problem('UNAVAILABLE', { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
  return new Problem(codeOf(error), { cause: error });
}

function codeOf(error: unknown): ProblemCode {
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  if (status === 404) return 'NOT_FOUND';
  return typeof status === 'number' && status >= 400 && status < 500 ? 'REQUEST_MALFORMED' : 'INTERNAL';
}
