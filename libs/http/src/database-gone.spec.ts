import { describe, expect, it } from '@jest/globals';
import { isDatabaseGone } from './database-gone.ts';

describe('isDatabaseGone', () => {
  it.each([
    ['a connection that Node could not make', { code: 'ECONNREFUSED' }],
    ['a connection that was ended', { code: '57P01' }],
    ['a full disk', { code: '53100' }],
    ['a standby after a failover', { code: '25006' }],
    ['a lock that was not to be had', { code: '55P03' }],
    ['a deadlock', { code: '40P01' }],
    ['a connection that was lost under a statement', new Error('Connection terminated unexpectedly')],
    ['Prisma’s own words', { code: 'P2024' }],
    [
      'what Prisma hides in meta',
      { code: 'P2010', meta: { driverAdapterError: { cause: { originalCode: '57014' } } } },
    ],
    [
      'what the adapter alone says',
      { code: 'P2010', meta: { driverAdapterError: { cause: { kind: 'SocketTimeout' } } } },
    ],
    ['a cause of a cause', new Error('a', { cause: new Error('b', { cause: { code: 'ETIMEDOUT' } }) })],
  ])('is true of %s', (_what, error) => {
    expect(isDatabaseGone(error)).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['a text', '57P01'],
    [
      'a unique value that is taken',
      { code: 'P2002', meta: { driverAdapterError: { cause: { originalCode: '23505' } } } },
    ],
    ['a text that only mentions it', new Error('She said: Connection terminated')],
    ['a mistake in a query', { code: 'P2010', meta: { code: '42601' } }],
    ['a missing file', { code: 'ENOENT' }],
  ])('is false of %s', (_what, error) => {
    expect(isDatabaseGone(error)).toBe(false);
  });
});
