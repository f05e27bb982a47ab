import { createServer, type RequestListener, type Server } from 'node:http';

/** Probes and scrapers come with one or two connections each. */
const MAX_CONNECTIONS = 100;

/**
 * How long one request may take to arrive, for every HTTP server of ours. A client that sends its request one byte at a time holds a
 * connection this long. Node looks every 30 s by default, and takes the longer of the two times for the body: with its default for headers
 * a body might drip for 60 to 90 s.
 * @param ms milliseconds, default 10,000
 */
export function clientLimits(ms = 10_000) {
  return { requestTimeout: ms, headersTimeout: ms, connectionsCheckingInterval: ms / 10 };
}

/** A server beside the work, for health and metrics: its clients get little time and few connections. Not listening yet. */
export function sideServer(answer: RequestListener, requestTimeoutMs?: number): Server {
  const server = createServer(clientLimits(requestTimeoutMs), answer);
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}
