import { HttpException } from '@nestjs/common';
import { Overloaded } from '@tributary/outbox';
import { isDatabaseGone } from '../database.ts';
import { Problem, type ProblemCode } from '../errors.ts';

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
