import { describe, expect, it } from '@jest/globals';
import { arrivals, type Course } from './arrivals.ts';

const course: Course = { perSecond: 20, forMs: 60_000, deadFromMs: 20_000, deadToMs: 40_000, lookAfterMs: 60_000 };

describe('the people of a comparison', () => {
  it('are the same at the same moments for the same seed, and others for another', () => {
    expect(arrivals(7, course)).toEqual(arrivals(7, course));
    expect(arrivals(8, course).map(({ atMs }) => atMs)).not.toEqual(arrivals(7, course).map(({ atMs }) => atMs));
  });

  it('come one after the other, at about the rate asked for, none after the end', () => {
    const moments = arrivals(7, course).map(({ atMs }) => atMs);
    expect(moments).toEqual(moments.toSorted((a, b) => a - b));
    expect(moments.length).toBeGreaterThan(1_000);
    expect(moments.length).toBeLessThan(1_400);
    expect(moments.at(-1)).toBeLessThan(60_000);
  });

  it('have an address each', () => {
    const people = arrivals(7, course);
    expect(new Set(people.map(({ email }) => email)).size).toBe(people.length);
  });
});
