import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { eventually } from './eventually.ts';
import { resetSocket } from './reset-socket.ts';
import { tcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** Talks to the proxy and remembers what came back. */
class Client {
  received = '';
  closed = false;
  private constructor(private readonly socket: Socket) {
    socket.on('data', (bytes: Buffer) => void (this.received += bytes.toString()));
    socket.on('error', () => undefined).on('close', () => void (this.closed = true));
  }
  static async to(port: number): Promise<Client> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Client(socket);
  }
  say = (text: string) => this.socket.write(text);
  end = () => this.socket.destroy();
  lose = () => resetSocket(this.socket);
  hears = (text: string) => eventually(() => expect(this.received).toBe(text));
}

describe('tcpProxy', () => {
  let server: Server;
  let heard: string;
  let peers: Socket[];
  let proxy: TcpProxy;
  let client: Client;
  beforeEach(async () => {
    [heard, peers] = ['', []];
    server = createServer((socket) => {
      peers.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => {
        heard += bytes.toString();
        socket.write(`<${bytes.toString()}>`);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await tcpProxy(`amqp://guest:guest@127.0.0.1:${(server.address() as AddressInfo).port}/vhost`);
    client = await Client.to(proxy.port);
    client.say('a');
    await client.hears('<a>');
  });
  afterEach(async () => {
    client.end();
    await proxy.close();
    for (const peer of peers) peer.destroy();
    server.close();
  });

  it('puts itself into the URL of its target', () => {
    expect(proxy.url).toBe(`amqp://guest:guest@127.0.0.1:${proxy.port}/vhost`);
  });

  it('resets what is open when cut, and lets the next connection through', async () => {
    proxy.cut();
    await eventually(() => client.closed && peers.every(({ destroyed }) => destroyed));
    client = await Client.to(proxy.port);
    client.say('b');
    await client.hears('<b>');
  });

  it('turns everybody away while refusing, until resumed', async () => {
    proxy.cut({ refusing: true });
    const late = Client.to(proxy.port).then((refused) => eventually(() => refused.closed));
    // Whether the reset comes during or after the handshake is the kernel's business.
    await late.catch((error: Error) => expect(error.message).toMatch(/ECONNRESET/));
    expect(peers).toHaveLength(1);
    proxy.resume();
    client = await Client.to(proxy.port);
    client.say('b');
    await client.hears('<b>');
  });

  it('holds requests back but not replies when frozen towards the server', async () => {
    proxy.freeze('to-server');
    client.say('b');
    peers[0]?.write('news');
    await client.hears('<a>news');
    expect(heard).toBe('a');
    proxy.resume();
    await client.hears('<a>news<b>');
  });

  it('holds replies back but not requests when frozen towards the client', async () => {
    proxy.freeze('to-client');
    client.say('b');
    await eventually(() => heard === 'ab');
    expect(client.received).toBe('<a>');
    proxy.resume();
    await client.hears('<a><b>');
  });

  it('accepts a new connection while frozen and keeps it silent, as a dead peer does', async () => {
    proxy.freeze();
    const late = await Client.to(proxy.port);
    late.say('late');
    proxy.cut();
    await eventually(() => late.closed);
    expect(heard).toBe('a');
  });

  it('carries more than any buffer holds, unchanged', async () => {
    const size = 8 * 1024 * 1024;
    client.received = '';
    client.say('x'.repeat(size));
    await eventually(() => heard.length === size + 1 && client.received.replaceAll(/[<>]/g, '').length === size);
  });

  it('tells one side when the other one ends, after everything it said', async () => {
    client.received = '';
    peers[0]?.end('x'.repeat(8 * 1024 * 1024));
    await eventually(() => client.closed);
    expect(client.received).toHaveLength(8 * 1024 * 1024);
  });

  it('tells one side when the other one is lost', async () => {
    client.lose();
    await eventually(() => peers.every(({ destroyed }) => destroyed));
  });
});
