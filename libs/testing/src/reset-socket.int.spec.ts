import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.ts';
import { resetSocket } from './reset-socket.ts';

describe('a socket that is reset', () => {
  let server: Server;
  let socket: Socket;
  let peer: Socket;
  let errors: string[];
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    [peer] = (await accepted) as [Socket];
    if (socket.connecting) await once(socket, 'connect');
    errors = [];
    peer.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code ?? ''));
    socket.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code ?? ''));
  });
  afterEach(() => {
    peer.destroy();
    server.close();
  });
  const open = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

  it('ends its connection with an error at the other side', async () => {
    resetSocket(socket);
    await eventually(() => expect(peer.destroyed).toBe(true));
    expect(errors).toEqual(['ECONNRESET']);
  });

  it('leaves no handle behind when it is already ending', async () => {
    const before = open();
    socket.end('the last words');
    resetSocket(socket);
    await eventually(() => expect(open()).toBe(before - 1));
    expect(errors).toEqual([]);
  });
});
