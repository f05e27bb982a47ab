import { describe, expect, it } from '@jest/globals';
import { configureLogging } from '@tributary/telemetry';
import { placeOf, reasonOf, waitFor } from './wait-for.ts';

configureLogging({ level: 'silent', service: 'spec' });

function failing(times: number) {
  let tries = 0;
  return async () => {
    if (tries++ < times) throw new Error(`try ${tries}`);
    return tries;
  };
}

describe('waitFor', () => {
  it('tries until it works', async () => {
    expect(await waitFor('it', failing(2), {})).toBe(3);
  });

  it('ends with the last failure when the time is over', async () => {
    await expect(waitFor('it', failing(Infinity), { deadlineMs: 250 })).rejects.toThrow(/try [2-9]/);
  });

  it('ends at once with a failure that waiting cannot cure', async () => {
    await expect(waitFor('it', failing(5), { givesUp: () => true })).rejects.toThrow('try 1');
  });

  it('ends with the reason when the process stops', async () => {
    const stopping = new AbortController();
    const waiting = waitFor('it', failing(Infinity), { signal: stopping.signal });
    stopping.abort(new Error('stopping'));
    await expect(waiting).rejects.toThrow('stopping');
  });
});

describe('what is said', () => {
  it('names every refused address and an error without words', () => {
    expect(reasonOf(new AggregateError([new Error('::1'), new Error('127.0.0.1')]))).toBe('::1, 127.0.0.1');
    expect(reasonOf(Object.assign(new Error(), { code: 'ECONNRESET' }))).toBe('ECONNRESET');
  });

  it('names the place and not the login', () => {
    expect(placeOf('postgres://email:hush@db:5432/email')).toBe('db:5432/email');
    expect(placeOf('amqp://email:hush@broker/')).toBe('broker');
  });
});
