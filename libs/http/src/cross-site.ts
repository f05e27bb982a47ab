import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

const CHANGES_NOTHING = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/**
 * Refuses what a page of another site makes a browser send: a form may be posted anywhere, and the browser adds our cookies. A program sends
 * neither header, and nobody else can make it send anything.
 */
export function refuseCrossSite(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const isRefused = !CHANGES_NOTHING.includes(request.method) && isFromElsewhere(request);
    done(isRefused ? Problem.common('CROSS_SITE') : undefined);
  });
}

/** `Sec-Fetch-Site` says it; browsers send that over HTTPS and to localhost only, and elsewhere `Origin` with everything but GET and HEAD. */
function isFromElsewhere({ headers, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin';
  if (headers.origin === undefined) return false;
  // Our pages never send "null" (their Referrer-Policy is same-origin): a sandboxed frame does, or a page that hides where it is.
  const origin = URL.parse(headers.origin);
  return !origin?.host || origin.host !== URL.parse(`${origin.protocol}//${host}`)?.host;
}
