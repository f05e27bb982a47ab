import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sideServer } from './client-limits.ts';

const TIMEOUT_MS = 300;
/** Larger than what the system buffers when it is sent 1,500 times. */
const ANSWER = 'here'.repeat(3_000);
let server: Server;
const connected = () => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  return socket.on('error', () => undefined);
};
const start = async (deadlines: Parameters<typeof sideServer>[1]) => {
  server = sideServer((_request, response) => response.end(ANSWER), deadlines).listen(0, '127.0.0.1');
  await once(server, 'listening');
};
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('a side server', () => {
  it.each([
    ['nothing at all', '', undefined],
    ['headers that never end', 'GET / HTTP/1.1\r\nhost: x\r\n', 'x: y\r\n'],
  ])('ends a connection that brings %s', async (_what, bytes, drip) => {
    await start({ requestTimeoutMs: TIMEOUT_MS });
    const socket = connected();
    socket.write(bytes);
    const dripping = setInterval(() => drip && socket.writable && socket.write(drip), TIMEOUT_MS / 10);
    const answer = await text(socket).finally(() => clearInterval(dripping));
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });

  it('ends a connection whose client asks and asks, and reads no answer', async () => {
    await start({ writeTimeoutMs: TIMEOUT_MS });
    const accepted = once(server, 'connection');
    const socket = connected().pause();
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(1_500));
    const [connection] = (await accepted) as [Socket];
    await new Promise((resolve) => connection.once('close', resolve));
    socket.destroy();
  });

  it('has a bounded number of connections', async () => {
    await start({});
    const refused = once(server, 'drop');
    const sockets = Array.from({ length: server.maxConnections + 1 }, connected);
    await refused;
    for (const socket of sockets) socket.destroy();
  });
});
