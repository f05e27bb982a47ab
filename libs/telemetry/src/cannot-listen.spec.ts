import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { CannotListen, whyNotListening } from './cannot-listen.ts';

const place = { host: '127.0.0.1', port: 80, variables: { host: 'HEALTH_HOST', port: 'HEALTH_PORT' } };
const coded = (code: string) => Object.assign(new Error('listen'), { code });

describe('a server that cannot listen', () => {
  it.each([
    ['EADDRINUSE', 'HEALTH_PORT 80 is taken (EADDRINUSE): choose another'],
    ['EACCES', 'HEALTH_PORT 80 is not for this user (EACCES): choose one above 1023'],
    ['EADDRNOTAVAIL', 'HEALTH_HOST 127.0.0.1 is no address of this machine (EADDRNOTAVAIL)'],
    ['ENOTFOUND', 'HEALTH_HOST 127.0.0.1 is no address of this machine (ENOTFOUND)'],
  ])('with %s names the variable to change', (code, message) => {
    const error = whyNotListening(coded(code), place);
    expect(error).toBeInstanceOf(CannotListen);
    expect((error as Error).message).toBe(message);
  });

  it('leaves an error that no variable causes as it is', () => {
    const error = coded('EMFILE');
    expect(whyNotListening(error, place)).toBe(error);
  });

  it.each([
    ['192.0.2.1', 0, 'HEALTH_HOST 192.0.2.1 is no address of this machine'],
    ['no-such-host.invalid', 0, 'HEALTH_HOST no-such-host.invalid is no address of this machine'],
    ['127.0.0.1', 'taken', /^HEALTH_PORT \d+ is taken/],
  ])('is recognised by what the system says about %s and port %s', async (host, port, says) => {
    const first = createServer().listen(0, '127.0.0.1');
    await once(first, 'listening');
    const at = { ...place, host, port: port === 'taken' ? (first.address() as AddressInfo).port : Number(port) };
    const [error] = await once(createServer().listen(at), 'error');
    first.close();
    expect((whyNotListening(error, at) as Error).message).toMatch(says);
  });
});
