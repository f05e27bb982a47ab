import { describe, expect, it } from '@jest/globals';
import { InvalidEvent } from '@tributary/contracts';
import { DEFAULT_RETRY_DELAYS_MS, verdictOn } from './delivery-policy.ts';
import { CrashedTheProcess, EventIdReused, HandlerTimeout, PermanentFailure } from './errors.ts';
import { Unreadable } from './read-event.ts';

const MINUTES = 60_000;

describe('the delays unless a service says otherwise', () => {
  it('let a mail server or a database be away for hours before anything is dead', () => {
    expect(DEFAULT_RETRY_DELAYS_MS.reduce((sum, delayMs) => sum + delayMs, 0)).toBeGreaterThan(6 * 60 * MINUTES);
  });

  it('bring a fact back within minutes of their return, and soon after a hiccup', () => {
    expect(Math.max(...DEFAULT_RETRY_DELAYS_MS)).toBeLessThanOrEqual(10 * MINUTES);
    expect(DEFAULT_RETRY_DELAYS_MS[0]).toBe(1_000);
  });
});

describe('the verdict on a failed delivery', () => {
  it.each([
    ['not-json', new Unreadable('not-json', '')],
    ['unknown-type', new Unreadable('unknown-type', '')],
    ['invalid-event', new InvalidEvent('')],
    ['permanent-failure', new PermanentFailure('')],
    ['event-id-reused', new EventIdReused('')],
    ['crashed-the-process', new CrashedTheProcess('')],
  ])('is dead as %s at the first attempt', (reason, error) => {
    expect(verdictOn(error, 1, [100])).toEqual({ to: 'dead', reason });
  });

  const pgError = (code: string) => Object.assign(new Error('no'), { code });
  const adapterError = (originalCode: string) =>
    Object.assign(new Error('no'), { name: 'DriverAdapterError', cause: { originalCode, kind: 'postgres' } });
  const prismaError = (originalCode: string, code = 'P2010') =>
    Object.assign(new Error('no'), { code, meta: { driverAdapterError: adapterError(originalCode) } });

  it.each([
    ['text with U+0000, from pg', pgError('22021')],
    ['text with U+0000, from a raw query of Prisma', prismaError('22021')],
    ['a date that is none, from a model of Prisma', prismaError('22008', 'P2039')],
    ['no UUID, from a model of Prisma', prismaError('22P02', 'P2007')],
    ['a missing value', prismaError('23502', 'P2011')],
    ['a forbidden value', prismaError('23514')],
    ['a forbidden value, at the commit', adapterError('23514')],
  ])('is dead at the first attempt for what PostgreSQL says of the data: %s', (_what, error) => {
    expect(verdictOn(error, 1, [100])).toEqual({ to: 'dead', reason: 'refused-by-database' });
  });

  it.each([
    ['a key that is taken', prismaError('23505', 'P2002')],
    ['a key that is taken, at the commit', adapterError('23505')],
    ['a row that is not there', prismaError('23503', 'P2003')],
    ['a row that is still referred to', pgError('23001')],
    ['an overlap', pgError('23P01')],
  ])('is dead at the third attempt for what PostgreSQL says of another row: %s', (_what, error) => {
    const verdicts = [1, 2, 3].map((attempt) => verdictOn(error, attempt, [1, 2, 3, 4]).to);
    expect(verdicts).toEqual(['retry', 'retry', 'dead']);
    expect(verdictOn(error, 3, [1, 2, 3, 4])).toEqual({ to: 'dead', reason: 'refused-by-database' });
  });

  it.each([
    ['a deadlock', prismaError('40P01', 'P2034')],
    ['a full disk', pgError('53100')],
    ['a table that is not there yet', prismaError('42P01', 'P2021')],
    ['a row that Prisma misses', Object.assign(new Error('no'), { code: 'P2025' })],
    ['a connection that is gone', Object.assign(new Error('no'), { code: 'EPIPE' })],
    ['a status of somebody else', Object.assign(new Error('no'), { code: 22021 })],
  ])('is to try again for %s', (_what, error) => {
    expect(verdictOn(error, 3, [1, 2, 3, 4])).toEqual({ to: 'retry', delayMs: 3 });
  });

  it.each([new Error('any'), new HandlerTimeout('late'), 'a thrown string', undefined])(
    'is one tier after another for %s',
    (error) => {
      const verdicts = [1, 2, 3].map((attempt) => verdictOn(error, attempt, [100, 500]));
      expect(verdicts).toEqual([
        { to: 'retry', delayMs: 100 },
        { to: 'retry', delayMs: 500 },
        { to: 'dead', reason: 'attempts-exhausted' },
      ]);
    },
  );
});
