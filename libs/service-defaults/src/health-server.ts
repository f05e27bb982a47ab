import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Health {
  /** Reasons to send no work here: `/readyz` answers 503. */
  problems: string[];
  /** Reasons to look, while work is still welcome. */
  warnings?: string[];
}

/**
 * `/livez` answers 200 while the process can answer at all: restarting it cures nothing else. `/readyz` answers 200 or
 * 503 with `{ "status": "ready" | "degraded" | "not ready", "problems": ["…"] }`.
 * @throws when the port is taken
 */
export async function startHealthServer(
  port: number,
  readiness: () => Promise<Health>,
): Promise<{ port: number; close(): void }> {
  const server = createServer(({ url }, response) => {
    const answer = (status: number, body: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(body));
    if (url === '/livez') return void answer(200, { status: 'live' });
    if (url !== '/readyz') return void answer(404, { status: 'not found', paths: ['/livez', '/readyz'] });
    // A question that fails is an answer too, and never the end of the process.
    const failed = (error: unknown): Health => ({ problems: [`readiness is not known: ${String(error)}`] });
    void readiness()
      .catch(failed)
      .then(({ problems, warnings = [] }) => {
        if (problems.length > 0) return answer(503, { status: 'not ready', problems: [...problems, ...warnings] });
        return answer(200, { status: warnings.length > 0 ? 'degraded' : 'ready', problems: warnings });
      });
  });
  server.listen(port);
  await once(server, 'listening'); // rejects on 'error'
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
