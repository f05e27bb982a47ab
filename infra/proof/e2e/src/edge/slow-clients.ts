import { type Answer, converse } from './converse.ts';

const START = 'POST /signups HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n';

/** Clients that send one byte now and then and never come to an end: half of them in the headers, half in the body. */
export function slowClients(url: string, count: number): Promise<Answer[]> {
  return Promise.all(
    Array.from({ length: count }, (_, n) =>
      n % 2 === 0 ? converse(url, START, 'x: y\r\n') : converse(url, `${START}\r\n{`, ' '),
    ),
  );
}
