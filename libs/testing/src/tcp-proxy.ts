import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { resetSocket } from './reset-socket.ts';

export type Direction = 'to-server' | 'to-client';

export interface TcpProxy extends AsyncDisposable {
  port: number;
  /** The target's URL with this proxy's host and port in it. */
  url: string;
  /** Resets every open connection. New ones are let through, unless `refusing`. */
  cut(options?: { refusing?: boolean }): void;
  /** Holds bytes back, in one direction or both, while connections stay open: a half-open network. New ones are accepted and held too. */
  freeze(direction?: Direction): void;
  /** Gives every client bytes that the server never sent. Between two messages of the server, or they end up in the middle of one. */
  insert(bytes: Buffer): void;
  /** Ends `freeze` and `refusing`; held bytes are delivered. */
  resume(): void;
  close(): Promise<void>;
}

/** A TCP proxy on loopback in front of `target` (any URL with a port), which a test can break as a network breaks. */
export async function tcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port: targetPort } = new URL(target);
  const frozen = new Set<Direction>();
  const pipes = new Set<Pipe>();
  let refusing = false;

  const server = createServer((client) => {
    if (refusing) return void resetSocket(client);
    const upstream = connect(Number(targetPort), hostname.replace(/^\[|\]$/g, ''));
    const pair = [new Pipe('to-server', client, upstream, frozen), new Pipe('to-client', upstream, client, frozen)];
    for (const pipe of pair) {
      pipes.add(pipe);
      pipe.from.once('close', (failed) => {
        pipes.delete(pipe);
        if (failed) resetSocket(pipe.to);
        else pipe.to.end(); // after what is still on its way
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const cut: TcpProxy['cut'] = (options) => {
    refusing = options?.refusing ?? refusing;
    for (const pipe of pipes) resetSocket(pipe.from);
  };
  const close = async () => {
    cut({ refusing: true });
    server.close();
    await once(server, 'close');
  };
  return {
    port,
    url: Object.assign(new URL(target), { hostname: '127.0.0.1', port: String(port) }).href,
    cut,
    freeze(direction) {
      for (const one of direction ? [direction] : (['to-server', 'to-client'] as const)) frozen.add(one);
      for (const pipe of pipes) pipe.flow();
    },
    insert(bytes) {
      for (const { direction, to } of pipes) if (direction === 'to-client') to.write(bytes);
    },
    resume() {
      refusing = false;
      frozen.clear();
      for (const pipe of pipes) pipe.flow();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** One direction of one connection. Not `stream.pipe`, which resumes by itself what was frozen. */
class Pipe {
  private full = false;

  constructor(
    readonly direction: Direction,
    readonly from: Socket,
    readonly to: Socket,
    private readonly frozen: ReadonlySet<Direction>,
  ) {
    from.on('error', () => undefined); // 'close' follows
    from.on('data', (bytes) => {
      this.full = !to.write(bytes);
      this.flow();
    });
    to.on('drain', () => {
      this.full = false;
      this.flow();
    });
    this.flow();
  }

  flow(): void {
    if (this.full || this.frozen.has(this.direction)) this.from.pause();
    else this.from.resume();
  }
}
