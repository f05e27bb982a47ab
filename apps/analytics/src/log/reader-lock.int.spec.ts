import { describe, expect, it } from '@jest/globals';
import { testDatabase } from '@tributary/testing';
import { insistOnReading, tryToRead } from './reader-lock.ts';

const SETTINGS = `SELECT name, setting FROM pg_settings
  WHERE name IN ('TimeZone', 'statement_timeout', 'idle_in_transaction_session_timeout') ORDER BY name`;

describe('the session of a reader', () => {
  it.each([
    ['that found the lock free', tryToRead],
    ['that insisted', (url: string) => insistOnReading(url, AbortSignal.timeout(10_000))],
  ])('%s is in UTC and has its limits', async (_which, open) => {
    await using database = await testDatabase({ migrations: [] });
    await using session = await open(database.url);
    const rows = (await session?.client.query<{ name: string; setting: string }>(SETTINGS))?.rows ?? [];
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      TimeZone: 'UTC',
      idle_in_transaction_session_timeout: '10000',
      statement_timeout: '120000',
    });
  });
});
