import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { logger, sideServer, whyNotListening } from '@tributary/telemetry';

const log = logger('health');
const variables = { host: 'HEALTH_HOST', port: 'HEALTH_PORT' };

/** Sentences in fixed words: outsiders may read them, so no host, login or error is in them. */
export interface Health {
  /** Reasons to send no work here: `/readyz` answers 503. */
  problems: string[];
  /** Reasons to look, while work is still welcome. */
  warnings?: string[];
}

/**
 * `/livez` answers 200 while the process can answer at all: restarting it cures nothing else. `/readyz` answers 200 or
 * 503 with `{ "status": "ready" | "degraded" | "not ready", "problems": ["…"] }`.
 * @param at `port` 0 takes any free one
 * @throws CannotListen naming HEALTH_HOST or HEALTH_PORT
 */
export async function startHealthServer(
  at: { host: string; port: number },
  readiness: () => Promise<Health>,
): Promise<{ port: number; close(): void }> {
  const server = sideServer(({ url }, response) => {
    const answer = (status: number, body: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(body));
    if (url === '/livez') return void answer(200, { status: 'live' });
    if (url !== '/readyz') return void answer(404, { status: 'not found', paths: ['/livez', '/readyz'] });
    // A question that fails is an answer too, and never the end of the process.
    const failed = (err: unknown): Health => {
      log.error({ err }, 'readiness is not known');
      return { problems: ['readiness is not known'] };
    };
    void readiness()
      .catch(failed)
      .then(({ problems, warnings = [] }) => {
        if (problems.length > 0) return answer(503, { status: 'not ready', problems: [...problems, ...warnings] });
        return answer(200, { status: warnings.length > 0 ? 'degraded' : 'ready', problems: warnings });
      });
  });
  server.listen(at.port, at.host);
  // It rejects on 'error'.
  await once(server, 'listening').catch((error: unknown) => {
    throw whyNotListening(error, { ...at, variables });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
