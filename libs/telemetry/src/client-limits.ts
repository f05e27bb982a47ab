import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

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

/**
 * Ends a connection that had answers to send for all of this time and could send nothing: its client asks, and does not read. What a request may
 * take to arrive does not bound that. A connection that has nothing to send, such as a quiet event stream, stays.
 * @param ms milliseconds, default 30,000; it is twice that when nothing has moved since just after the last look
 */
export function endUnreadAnswers(server: Server, ms = 30_000): void {
  const sentBefore = new Map<Socket, number | undefined>();
  server.on('connection', (socket: Socket) => {
    sentBefore.set(socket, undefined);
    socket.once('close', () => sentBefore.delete(socket));
  });
  const looking = setInterval(() => {
    for (const [socket, before] of sentBefore) {
      const isWaiting = socket.writableLength > 0;
      const sent = socket.bytesWritten - socket.writableLength;
      if (isWaiting && sent === before) socket.destroy();
      else sentBefore.set(socket, isWaiting ? sent : undefined);
    }
  }, ms).unref();
  server.once('close', () => clearInterval(looking));
}

/** For tests; the defaults are those of the two functions above. */
interface Deadlines {
  requestTimeoutMs?: number;
  writeTimeoutMs?: number;
}

/** A server beside the work, for health and metrics: its clients get little time and few connections. Not listening yet. */
export function sideServer(answer: RequestListener, { requestTimeoutMs, writeTimeoutMs }: Deadlines = {}): Server {
  const server = createServer(clientLimits(requestTimeoutMs), answer);
  server.maxConnections = MAX_CONNECTIONS;
  endUnreadAnswers(server, writeTimeoutMs);
  return server;
}
