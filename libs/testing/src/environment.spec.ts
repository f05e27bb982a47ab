import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testServer } from './environment.ts';

describe('testServer', () => {
  let before: string | undefined;
  beforeEach(() => void (before = process.env.TRIBUTARY_TEST_DATABASE_URL));
  afterEach(() => void (process.env.TRIBUTARY_TEST_DATABASE_URL = before ?? ''));

  it('reads the address from the environment', () => {
    process.env.TRIBUTARY_TEST_DATABASE_URL = 'postgres://tester@db.example:5432/postgres';
    expect(testServer('database').hostname).toBe('db.example');
  });

  it('says what to do when the address is missing, rather than skipping the test', () => {
    process.env.TRIBUTARY_TEST_DATABASE_URL = '';
    expect(() => testServer('database')).toThrow(/TRIBUTARY_TEST_DATABASE_URL is not set: run "npm test"/);
  });
});
