import type { Entry, Expectation } from './entry.ts';

/** lost: too few · doubled: more than there should be · unexpected: none of it should be */
export type Kind = 'lost' | 'doubled' | 'unexpected';

export interface Discrepancy extends Entry {
  kind: Kind;
  /** How many are missing or too many. */
  count: number;
}

/** What should exist, held against what does. A perfect world gives an empty list. */
export function compare(expectations: readonly Expectation[], found: readonly Entry[]): Discrepancy[] {
  const existing = tally(found);
  const expected = tally(expectations.flatMap((ways) => likeliest(ways, existing)));
  const everything = new Map([...expected, ...existing].map(([key, { entry }]) => [key, entry]));
  const wrong: Discrepancy[] = [];
  for (const [key, entry] of everything) {
    const should = expected.get(key)?.count ?? 0;
    const does = existing.get(key)?.count ?? 0;
    if (does === should) continue;
    const kind = does < should ? 'lost' : should > 0 ? 'doubled' : 'unexpected';
    wrong.push({ ...entry, kind, count: Math.abs(does - should) });
  }
  return wrong.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

type Tally = Map<string, { entry: Entry; count: number }>;

function tally(entries: readonly Entry[]): Tally {
  const counts: Tally = new Map();
  for (const entry of entries) {
    const counted = counts.get(keyOf(entry));
    if (counted) counted.count += 1;
    else counts.set(keyOf(entry), { entry, count: 1 });
  }
  return counts;
}

/** The way that most speaks for. If even that one is not whole, what is missing of it is lost, and the rest is unexpected. */
function likeliest(ways: Expectation, existing: Tally): Entry[] {
  const scores = ways.map((way) => {
    const there = way.filter((entry) => existing.has(keyOf(entry))).length;
    return there - (way.length - there);
  });
  return ways[scores.indexOf(Math.max(...scores))] ?? [];
}

/** Sorts by person, then by place. */
const keyOf = ({ whose, where, what }: Entry) => JSON.stringify([whose, where, what]);
