import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { logger } from '@tributary/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemPage } from '../page/problem-page.ts';
import { problemOf } from './problem-of.ts';

/** Every error leaves as an RFC 9457 problem; a person who opened a page in a browser gets it as a page. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log = logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error);
    if (problem.status >= 500) this.#log.error({ err: error, code: problem.code }, 'a request failed');
    // A stream that breaks halfway cannot be turned into an answer any more.
    if (reply.raw.headersSent) return void reply.raw.destroy();

    reply.code(problem.status).header('cache-control', 'no-store');
    if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
    if (wantsPage(request)) {
      reply.header('content-type', 'text/html; charset=utf-8').send(problemPage(problem).toString());
    } else {
      reply.header('content-type', 'application/problem+json; charset=utf-8').send(JSON.stringify(problem));
    }
  }
}

function wantsPage({ url, headers }: FastifyRequest): boolean {
  return !url.startsWith('/signups') && (headers.accept ?? '').includes('text/html');
}
