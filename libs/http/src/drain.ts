import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** The rest of a stop has to fit into ten seconds too. */
const LONGEST_MS = 5_000;

/** When the service stops, requests in flight are answered before connections are closed; new ones get a 503 meanwhile. */
export function drainBeforeClosing(app: NestFastifyApplication): void {
  const inFlight = new Set<unknown>();
  const { promise: drained, resolve } = Promise.withResolvers<void>();
  let closing = false;
  const resolveWhenDrained = () => closing && inFlight.size === 0 && resolve();
  const server: Server = app.getHttpServer();
  server.on('request', (_request, response) => {
    inFlight.add(response);
    response.once('close', () => {
      inFlight.delete(response);
      resolveWhenDrained();
    });
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preClose', async () => {
      closing = true;
      resolveWhenDrained();
      await Promise.race([drained, delay(LONGEST_MS, undefined, { ref: false })]);
    });
}
