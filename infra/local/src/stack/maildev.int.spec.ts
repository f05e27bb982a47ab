import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Stack } from './stack.ts';
import { startStack } from './start-stack.ts';

let stack: Stack;
let port: number;
beforeAll(async () => {
  stack = await startStack({ only: ['maildev'], label: 'spec-maildev' });
  port = Number(new URL(stack.urls.mail).port);
});
afterAll(() => stack.stop());

/** The head of the answer; fetch would not send a Host of our choice. */
async function ask(path: string, headers: Record<string, string>): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const all = { host: `127.0.0.1:${port}`, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const [head] = (await once(socket.setEncoding('utf8'), 'data')) as [string];
  socket.destroy();
  return head;
}

const upgrade = {
  ...{ connection: 'Upgrade', upgrade: 'websocket' },
  ...{ 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' },
};
const ways: [what: string, path: string, headers: Record<string, string>, status: number][] = [
  ['its API', '/api/email', {}, 200],
  ['its page', '/', { accept: 'text/html' }, 200],
  ['its events, asked for again and again', '/socket.io/?EIO=4&transport=polling', {}, 200],
  ['its events over a WebSocket', '/socket.io/?EIO=4&transport=websocket', upgrade, 101],
];

describe.each(ways)('of MailDev, %s', (_what, path, headers, status) => {
  it.each([
    ['a page of any site', { origin: 'https://evil.example' }],
    ['a page that hides where it is', { origin: 'null' }],
    ['a page on another port', { origin: 'http://127.0.0.1:1' }],
    ['a page whose own name was made to point here', { host: 'evil.example' }],
    ['such a page, as it says itself', { host: 'evil.example', origin: 'http://evil.example' }],
  ])('is not for %s', async (_who, from) => {
    const answer = await ask(path, { ...headers, ...from });
    expect(answer).toMatch(/^HTTP\/1.1 403 /);
    expect(answer).not.toMatch(/access-control/i);
  });

  it.each([
    ['a program', {}],
    ['its own page', () => ({ origin: `http://127.0.0.1:${port}` })],
    ['its own page by name', () => ({ host: `localhost:${port}`, origin: `http://localhost:${port}` })],
    ['its own page behind a forwarded port', { origin: 'https://forwarded.example', 'sec-fetch-site': 'same-origin' }],
  ])('is for %s', async (_who, from) => {
    const own = typeof from === 'function' ? from() : from;
    expect(await ask(path, { ...headers, ...own })).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});
