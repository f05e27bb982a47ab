import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';

export interface Person {
  /** Given by signup. */
  id?: string;
  email: string;
  displayName: string;
  workspaceName: string;
}

/** Answers every POST with what `work` resolves with, or 502 when it fails; every GET with 200, to whoever waits until it listens. */
export function serve(work: (person: Person) => Promise<object>): void {
  const answer = async (request: IncomingMessage): Promise<[status: number, body: object]> => {
    if (request.method === 'GET') return [200, {}];
    try {
      return [200, await work((await json(request)) as Person)];
    } catch (error) {
      return [502, { error: (error as Error).message }];
    }
  };
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.listen(Number(process.env['PORT']), '127.0.0.1');
  // Whoever started it is gone, in whatever way.
  process.on('disconnect', () => process.exit());
}
