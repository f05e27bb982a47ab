import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Map<string, string>;
  body: string;
}

/**
 * Sends bytes that no HTTP client would send, on a connection of their own, and waits until the server closes it.
 * @param drip sent now and then until it does
 */
export async function converse(url: string, bytes: string, drip?: string): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined); // it may close while we still talk
  socket.write(bytes);
  const dripping = setInterval(() => drip && socket.writable && socket.write(drip), 500);
  try {
    return read(await text(socket));
  } finally {
    clearInterval(dripping);
    socket.destroy();
  }
}

function read(answer: string): Answer {
  const [head = '', ...body] = answer.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { status: Number(first.split(' ')[1]), headers: new Map(headers), body: body.join('\r\n\r\n') };
}
