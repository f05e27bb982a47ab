import type { Login } from './definitions.ts';

/** Calls to the management API at a port of this machine. @throws Error on any status but 2xx, and after 5 s without an answer. */
export function managementApi(port: number, { user, password }: Login) {
  return async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(`http://127.0.0.1:${port}/api${path}`, {
      method,
      body: body ? JSON.stringify(body) : undefined,
      headers: {
        authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      signal: AbortSignal.timeout(5000),
    });
    if (!response.ok) throw new Error(`RabbitMQ: ${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
}
