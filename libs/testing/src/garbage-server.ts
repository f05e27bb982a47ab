import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

export interface GarbageServer extends AsyncDisposable {
  port: number;
  /** Connections accepted so far. */
  connections: number;
  close(): Promise<void>;
}

/** Listens on loopback and greets with something that no protocol expects. With an empty `banner` it says nothing, for ever. */
export async function garbageServer(banner = '\x00\x07 not a mail server\r\n'): Promise<GarbageServer> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    garbage.connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.resume().write(banner);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const close = async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  const garbage: GarbageServer = {
    port: (server.address() as AddressInfo).port,
    connections: 0,
    close,
    [Symbol.asyncDispose]: close,
  };
  return garbage;
}
