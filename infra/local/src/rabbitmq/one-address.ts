import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface OneAddress {
  port: number;
  /** Frees the port; open connections are lost. */
  close(): Promise<void>;
}

/** A node on this machine takes a connection at once, or is not there. */
const CONNECT_WITHIN_MS = 2_000;

/**
 * One port on loopback for several nodes, as a load balancer stands before a cluster: every connection goes to the next node that
 * takes it. When a node dies its connections end, and their owners come again.
 */
export async function oneAddress(nodes: readonly number[]): Promise<OneAddress> {
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    open.add(client);
    client.on('error', () => undefined).on('close', () => open.delete(client));
    const first = turn++;
    const order = nodes.map((_, index) => nodes[(first + index) % nodes.length] ?? 0);
    void forward(client, order);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    async close() {
      server.close();
      for (const client of open) client.destroy();
      await once(server, 'close');
    },
  };
}

async function forward(client: Socket, nodes: readonly number[]): Promise<void> {
  for (const port of nodes) {
    const node = connect({ port, host: '127.0.0.1', noDelay: true, timeout: CONNECT_WITHIN_MS });
    const taken = await new Promise<boolean>((resolve) => {
      node.once('connect', () => resolve(true));
      node.once('timeout', () => resolve(false));
      node.on('error', () => resolve(false));
    });
    if (!taken || client.destroyed) {
      node.destroy();
      continue;
    }
    node.setTimeout(0);
    client.setNoDelay(true);
    node.on('close', () => client.destroy());
    client.on('close', () => node.destroy());
    client.pipe(node).pipe(client);
    return;
  }
  client.destroy();
}
