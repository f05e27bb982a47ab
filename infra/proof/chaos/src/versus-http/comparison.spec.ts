import { describe, expect, it } from '@jest/globals';
import type { Course } from './arrivals.ts';
import { comparison, whatSpoilsIt } from './comparison.ts';
import type { Figures } from './figures.ts';

const course: Course = { perSecond: 20, forMs: 60_000, deadFromMs: 20_000, deadToMs: 40_000, lookAfterMs: 60_000 };
const river: Figures = {
  people: 1200,
  requests: 1200,
  accepted: 1200,
  failed: 0,
  complete: 1200,
  halfDone: 0,
  welcomedAnyway: 0,
  writtenToTwice: 0,
  surplusMails: 0,
  p50: 8,
  p99: 20,
};
const chain: Figures = { ...river, requests: 1604, accepted: 796, failed: 404, p50: 24, p99: 50 };

describe('the comparison', () => {
  const lines = comparison(chain, river, course).split('\n');
  const line = (label: string) =>
    lines
      .find((one) => one.trim().startsWith(label))
      ?.trim()
      .split(/\s{2,}/);

  it('has the chain on the left and the choreography on the right', () => {
    expect(lines[0]?.trim()).toMatch(/^HTTP calls\s+choreography$/);
    expect(line('requests')).toEqual(['requests they made, one retry each', '1,604', '1,200']);
    expect(line('told that')).toEqual(['told that it failed', '404', '0']);
  });

  it('says times only as a ratio: they differ from machine to machine', () => {
    expect(line('time to the answer while all is well, p50')?.slice(1)).toEqual(['3.0 ×', '1 ×']);
    expect(line('time to the answer while all is well, p99')?.slice(1)).toEqual(['2.5 ×', '1 ×']);
  });

  it('says when it looked', () => {
    expect(lines).toContainEqual('  60 s after the service was back (100 s after the beginning)');
  });
});

describe('a comparison shows something', () => {
  const clean = { lines: [] };

  it('when the chain failed somebody and the choreography nobody', () => {
    expect(whatSpoilsIt(chain, river, clean)).toBeUndefined();
  });

  it('and nothing when the ledger misses something', () => {
    expect(whatSpoilsIt(chain, river, { lines: ['lost       mailbox: Welcome, Person 7-0001'] })).toMatch(
      /has not done/,
    );
  });

  it.each([{ failed: 1 }, { halfDone: 1 }])('and nothing when the choreography has %o', (wrong) => {
    expect(whatSpoilsIt(chain, { ...river, ...wrong }, clean)).toMatch(/choreography failed/);
  });

  it('and nothing when the chain came through as well', () => {
    expect(whatSpoilsIt({ ...chain, failed: 0 }, river, clean)).toMatch(/chain failed nobody/);
  });
});
