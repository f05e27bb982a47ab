import { describe, expect, it } from '@jest/globals';
import type { Expected, JourneyDetails } from '../journeys/journey.ts';
import { duration, either, roughly } from './in-words.ts';
import { promiseInWords, verdict } from './sentences.ts';

const since = new Date('2026-03-01T10:00:00.000Z');
const expected: Expected = {
  service: 'email',
  promises: ['mail.sent.v1', 'mail.failed.v1'],
  cause: { id: 'f1', type: 'user.signed-up.v1' },
  since,
  dueAt: new Date(since.getTime() + 60_000),
  late: true,
  waitedMs: 180_000,
};
const journey: JourneyDetails = {
  ...{ id: 'j1', signupId: 's1', status: 'waiting', signedUpAt: since, withdrawnAt: null, facts: [], expected: [] },
};

describe('in words', () => {
  it('a late promise says who owes what, by when, and since when nothing was heard', () => {
    expect(promiseInWords(expected)).toBe(
      'email promised mail.sent.v1 or mail.failed.v1 within 1 min of user.signed-up.v1; nothing heard for 3 min',
    );
  });

  it('a promise that is not due, or has no time', () => {
    expect(promiseInWords({ ...expected, late: false, waitedMs: 12_000 })).toMatch(/user\.signed-up\.v1; 12 s so far$/);
    expect(promiseInWords({ ...expected, late: false, dueAt: null })).toMatch(
      /^email promised mail\.sent\.v1 or mail\.failed\.v1 of user/,
    );
  });

  it.each([
    [{ expected: [expected] }, 'Stuck: one promise is late.'],
    [{ expected: [expected, expected] }, 'Stuck: 2 promises are late.'],
    [{ expected: [{ ...expected, late: false }] }, 'On its way: nothing is late.'],
    [{ withdrawnAt: since }, 'Withdrew at 2026-03-01 10:00:00 UTC; nothing more is expected.'],
    [
      { withdrawnAt: since, expected: [{ ...expected, late: false }] },
      'Withdrew at 2026-03-01 10:00:00 UTC; what that asks for is under way.',
    ],
    [{ status: 'completed' as const }, 'Completed: welcomed, and with a workspace.'],
    [{ signedUpAt: null }, 'The beginning of this journey was never read. Of what was, nothing more is expected.'],
    [{}, 'Nobody owes anything: every promise that was made is kept.'],
  ])('the verdict on %j', (change, sentence) => {
    expect(verdict({ ...journey, ...change })).toBe(sentence);
  });

  it.each([
    [0, '0 ms'],
    [40.4, '40 ms'],
    [1_250, '1.25 s'],
    [9_999, '10 s'],
    [12_400, '12 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [7_505_000, '2 h 5 min'],
    [86_400_000 * 3 + 60_000, '3 d'],
    [-1_500, '−1.5 s'],
  ])('%d ms is %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it.each([
    [12_345, '12 s'],
    [200_000, '3 min'],
    [7_505_000, '2 h'],
    [86_400_000 * 3, '3 d'],
  ])('%d ms is roughly %s', (ms, words) => {
    expect(roughly(ms)).toBe(words);
  });

  it('names any number of things', () => {
    expect([either([]), either(['a']), either(['a', 'b']), either(['a', 'b', 'c'])]).toEqual([
      ...['nothing', 'a', 'a or b', 'a, b or c'],
    ]);
  });
});
