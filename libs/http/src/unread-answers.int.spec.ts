import { connect, type Socket } from 'node:net';
import { expect, it } from '@jest/globals';
import { eventually } from '@tributary/testing';
import { httpApp } from './http-app.fixture.ts';

const writeTimeoutMs = 300;
/** First the server answers thousands of requests; a busy machine takes its time. */
const PATIENCE = { timeoutMs: 100_000 };
const request = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

/** A client that asks and reads nothing. */
function unread(url: string, bytes: string): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
  socket.pause();
  socket.write(bytes);
  return socket;
}

it.each([
  ['JSON', request('/').repeat(10_000)],
  ['files', request('/assets/serve-http.ts').repeat(3_000)],
  ['problems', request('/nothing').repeat(10_000)],
  ['an event stream that says much', request('/talkative')],
])(
  'ends the connection of a client that never reads: %s',
  async (_what, bytes) => {
    await using app = await httpApp({ writeTimeoutMs });
    const socket = unread(app.url, bytes);
    await eventually(async () => (await app.connections()) === 1);
    await eventually(async () => (await app.connections()) === 0, PATIENCE);
    socket.destroy();
  },
  120_000,
);

it('leaves an event stream alone that has nothing to say', async () => {
  await using app = await httpApp({ writeTimeoutMs });
  const quiet = await app.get('/quiet');
  // Each takes as long as the deadline, or twice that.
  for (let n = 0; n < 3; n++) {
    const socket = unread(app.url, request('/talkative'));
    await eventually(async () => (await app.connections()) === 2);
    await eventually(async () => (await app.connections()) === 1);
    socket.destroy();
  }
  expect(await quiet.body?.getReader().read()).toMatchObject({ done: false });
  await quiet.body?.cancel().catch(() => undefined);
});
