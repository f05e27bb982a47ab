import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type commonProblems, Problem } from './problem.ts';
import type { RateLimiter } from './rate-limit.ts';

const byCode: Record<string, keyof typeof commonProblems> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TOO_SLOW',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
};

/**
 * What came is no request, or has not become one in time: no route, hook or filter ever sees it. The answer is a problem as everywhere,
 * written to the bare socket. It counts like a request for an unknown path, by the address of the connection.
 */
export function clientErrorHandler(limiter: RateLimiter) {
  return ({ code }: { code: string }, socket: Socket): void => {
    if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const refusal = limiter.refusal({ method: 'GET', route: undefined }, socket.remoteAddress);
    socket.write(answerOf(refusal ?? Problem.common(byCode[code] ?? 'REQUEST_MALFORMED')));
    socket.destroySoon();
  };
}

function answerOf(problem: Problem): string {
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(problem.retryAfterSeconds === undefined ? [] : [`retry-after: ${problem.retryAfterSeconds}`]),
    "content-security-policy: default-src 'none'",
    'x-content-type-options: nosniff',
    'cache-control: no-store',
    'connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
