import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sideServer } from './client-limits.ts';

const TIMEOUT_MS = 300;
let server: Server;
const connected = () => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  return socket.on('error', () => undefined);
};
beforeEach(async () => {
  server = sideServer((_request, response) => response.end('here'), TIMEOUT_MS).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('a side server', () => {
  it.each([
    ['nothing at all', '', undefined],
    ['headers that never end', 'GET / HTTP/1.1\r\nhost: x\r\n', 'x: y\r\n'],
  ])('ends a connection that brings %s', async (_what, bytes, drip) => {
    const socket = connected();
    socket.write(bytes);
    const dripping = setInterval(() => drip && socket.writable && socket.write(drip), TIMEOUT_MS / 10);
    const answer = await text(socket).finally(() => clearInterval(dripping));
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });

  it('has a bounded number of connections', async () => {
    const refused = once(server, 'drop');
    const sockets = Array.from({ length: server.maxConnections + 1 }, connected);
    await refused;
    for (const socket of sockets) socket.destroy();
  });
});
