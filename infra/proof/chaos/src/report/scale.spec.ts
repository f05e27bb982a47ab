import { describe, expect, it } from '@jest/globals';
import { scale, ticks, timeTicks } from './scale.ts';

describe('a scale', () => {
  it('lets the ends of the values land on the ends of the pixels', () => {
    const y = scale([0, 200], [150, 50]);
    expect([y(0), y(50), y(200)]).toEqual([150, 125, 50]);
  });

  it('is still a number when all values are the same', () => {
    expect(scale([5, 5], [10, 20])(5)).toBe(10);
  });
});

describe('the values of an axis', () => {
  it.each([
    [0, [0, 1]],
    [3, [0, 1, 2, 3]],
    [97, [0, 50, 100]],
    [187, [0, 50, 100, 150, 200]],
    [100_000, [0, 50_000, 100_000]],
  ])('are whole, round, and reach %d', (max, expected) => {
    expect(ticks(max)).toEqual(expected);
  });

  it('are few, whatever the highest is', () => {
    for (let max = 0; max < 3_000_000; max = max * 1.7 + 1) {
      const values = ticks(max);
      expect(values.length).toBeLessThanOrEqual(6);
      expect(values.at(-1)).toBeGreaterThanOrEqual(max);
    }
  });

  it('are moments that a clock shows as round, and none beyond the end', () => {
    expect(timeTicks(62_000)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
    expect(timeTicks(900_000).at(1)).toBe(120_000);
    expect(timeTicks(400)).toEqual([0]);
  });
});
