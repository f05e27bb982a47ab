import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from '@jest/globals';
import { eventually } from '@tributary/testing';
import { httpApp, slow } from './http-app.fixture.ts';

it('answers the requests in flight before it closes, and takes no more', async () => {
  const app = await httpApp();
  const answer = app.get('/slow');
  await eventually(() => slow.waiting.length === 1);
  let closed = false;
  const closing = app.close().then(() => (closed = true));
  await eventually(async () => (await app.get('/').catch(() => ({ status: 503 }))).status === 503);
  expect(closed).toBe(false);
  slow.resume();
  expect(await (await answer).text()).toBe('at last');
  await closing;
});

it('closes although a browser has opened a connection in advance', async () => {
  const app = await httpApp();
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  await Promise.all([app.close(), closed]);
});
