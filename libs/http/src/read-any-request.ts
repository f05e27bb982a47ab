import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.ts';

/** What Node would answer by itself, before any hook: without limit, headers and span. */
export function readAnyRequest(server: FastifyInstance): void {
  // RFC 9110 section 10.1.1 lets a server ignore an expectation that it does not know; Node answers 417.
  const node = server.server as Server;
  node.on('checkExpectation', (request, response) => node.emit('request', request, response));
  // RFC 9112 section 3.2 demands 400.
  server.addHook('onRequest', ({ raw }, _reply, done) => {
    const isWithoutHost = raw.httpVersion === '1.1' && raw.headers.host === undefined;
    done(isWithoutHost ? Problem.common('REQUEST_MALFORMED') : undefined);
  });
}
