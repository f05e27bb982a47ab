import type { TcpProxy } from './tcp-proxy.ts';

/**
 * Tells the clients behind the proxy that their broker has an alarm, in the words of RabbitMQ: a real one would stop every other test on
 * the broker. The broker goes on reading all the same.
 */
export function alarmBegins(proxy: TcpProxy, reason = 'low on memory'): void {
  proxy.insert(connectionMethod(60, Buffer.from([reason.length, ...Buffer.from(reason)])));
}

export function alarmEnds(proxy: TcpProxy): void {
  proxy.insert(connectionMethod(61));
}

/** A frame of AMQP 0-9-1: type 1 (method), channel 0, length, class 10 (connection), method, arguments, 0xCE. */
function connectionMethod(method: number, args: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.from([1, 0, 0, 0, 0, 0, 4 + args.length, 0, 10, 0, method, ...args, 0xce]);
}
