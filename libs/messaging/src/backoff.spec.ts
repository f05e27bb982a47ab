import { describe, expect, it } from '@jest/globals';
import { reconnectDelay } from './backoff.ts';

describe('the delay before the next try to connect', () => {
  it('doubles from 100 ms up to 2 s and stays there', () => {
    const most = [1, 2, 3, 4, 5, 6, 7, 1_000].map((attempt) => reconnectDelay(attempt, () => 1));
    expect(most).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000]);
  });

  it('is at least half of that, so that it neither hammers nor moves in step', () => {
    expect([1, 2, 6].map((attempt) => reconnectDelay(attempt, () => 0))).toEqual([50, 100, 1_000]);
  });
});
