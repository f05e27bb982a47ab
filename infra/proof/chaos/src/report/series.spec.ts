import { describe, expect, it } from '@jest/globals';
import type { Sample } from './record.ts';
import { byName, highest, perSecond, stacked, thinned } from './series.ts';

const sample = (atMs: number, more: Partial<Sample> = {}): Sample => ({
  atMs,
  accepted: 0,
  completed: 0,
  backlog: {},
  unpublished: {},
  ...more,
});

describe('per second', () => {
  it('is what a total grew by, over the time that really went by', () => {
    const samples = [sample(0), sample(500, { accepted: 20 }), sample(2500, { accepted: 30 })];
    expect(perSecond('accepted', samples, ({ accepted }) => accepted).points).toEqual([
      { atMs: 500, value: 40 },
      { atMs: 2500, value: 5 },
    ]);
  });

  it('has no point where two samples are of the same moment', () => {
    const samples = [sample(0), sample(0, { accepted: 20 })];
    expect(perSecond('accepted', samples, ({ accepted }) => accepted).points).toEqual([]);
  });
});

describe('series by name', () => {
  const samples = [
    sample(0, { backlog: { low: 1, high: 5, never: 0 } }),
    sample(1000, { backlog: { low: 2, high: 9, middle: 3 } }),
  ];

  it('leave out what never was above 0, and begin with the highest', () => {
    expect(byName(samples, ({ backlog }) => backlog).map(({ name }) => name)).toEqual(['high', 'middle', 'low']);
  });

  it('add up those for which there is no room, and lose none of them', () => {
    const [first, others] = byName(samples, ({ backlog }) => backlog, 2);
    expect(first?.name).toBe('high');
    expect(others).toEqual({
      name: '2 others',
      points: [
        { atMs: 0, value: 1 },
        { atMs: 1000, value: 5 },
      ],
    });
  });

  it('know when they were highest first', () => {
    expect(highest({ name: 'x', points: [1, 4, 4, 2].map((value, atMs) => ({ atMs, value })) })).toEqual({
      atMs: 1,
      value: 4,
    });
  });

  it('are stacked each upon the one before', () => {
    const layers = stacked(byName(samples, ({ backlog }) => backlog));
    expect(layers.map(({ name, points }) => [name, points[1]?.from, points[1]?.to])).toEqual([
      ['high', 0, 9],
      ['middle', 9, 12],
      ['low', 12, 14],
    ]);
  });
});

describe('thinning', () => {
  it('keeps the first and the last sample and not many more than asked for', () => {
    const many = Array.from({ length: 5000 }, (_, index) => sample(index * 250));
    const kept = thinned(many, 100);
    expect(kept.length).toBeGreaterThan(90);
    expect(kept.length).toBeLessThan(105);
    expect([kept[0], kept.at(-1)]).toEqual([many[0], many.at(-1)]);
  });

  it('keeps all of few, and none of none', () => {
    const few = [sample(0), sample(1000), sample(2000)];
    expect(thinned(few)).toEqual(few);
    expect(thinned([])).toEqual([]);
  });
});
