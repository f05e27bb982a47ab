import { describe, expect, it } from '@jest/globals';
import { outcomeOf } from './smtp-outcome.ts';

describe('what an SMTP error means for the mail', () => {
  it.each([
    ['the recipient refused', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 }, false],
    ['DATA refused', { code: 'EENVELOPE', command: 'DATA', responseCode: 554 }, false],
    ['the content refused', { code: 'EMESSAGE', command: 'DATA', responseCode: 552 }, true],
  ])('%s with 5xx: refused for good', (_, error, handedOver) => {
    expect(outcomeOf(error, handedOver)).toEqual({ result: 'refused', smtpStatus: error.responseCode });
  });

  it.each([
    ['the recipient deferred', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 451 }, false],
    ['the content deferred', { code: 'EMESSAGE', command: 'DATA', responseCode: 452 }, true],
    ['the server going down', { code: 'ECONNECTION', command: 'CONN', responseCode: 421 }, true],
    ['our login refused', { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }, false],
    ['our sender refused', { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 550 }, false],
    ['a login asked for', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 530 }, false],
    ['a confused session', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 503 }, false],
    ['no service', { code: 'EPROTOCOL', command: 'CONN', responseCode: 554 }, false],
    ['no connection', { code: 'ESOCKET', command: 'CONN' }, false],
    ['a connection lost before the end of the mail', { code: 'ECONNECTION', command: 'CONN' }, false],
    ['a timeout before the end of the mail', { code: 'ETIMEDOUT', command: 'CONN' }, false],
    ['no TLS', { code: 'ETLS' }, false],
    ['an error nobody has seen before', {}, false],
  ])('%s: not taken, later perhaps', (_, error, handedOver) => {
    expect(outcomeOf(error, handedOver)).toMatchObject({ result: 'deferred' });
  });

  it.each([
    ['a connection lost', { code: 'ECONNECTION', command: 'CONN' }],
    ['a timeout', { code: 'EABORT' }],
    ['an answer that is none', { code: 'EMESSAGE', command: 'DATA' }],
    ['an error nobody has seen before', {}],
  ])('%s after the end of the mail: unknown', (_, error) => {
    expect(outcomeOf(error, true)).toMatchObject({ result: 'unknown' });
  });

  it('never repeats the server, which may quote the address', () => {
    const error = Object.assign(new Error('550 <ada@example.com> unknown'), {
      code: 'ESOCKET',
      response: '450 ada@example.com',
    });
    expect(JSON.stringify(outcomeOf(error, false))).not.toContain('example.com');
  });
});
