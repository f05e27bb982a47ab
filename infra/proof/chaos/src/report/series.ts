import type { Sample } from './record.ts';

/** One line of the picture. */
export interface Series {
  name: string;
  points: Point[];
}
export interface Point {
  atMs: number;
  value: number;
}
/** One area of a stack. */
export interface Layer {
  name: string;
  points: { atMs: number; from: number; to: number }[];
}

/** At most so many samples, evenly over time: more than the picture has pixels for are only noise. The last one is always among them. */
export function thinned(samples: readonly Sample[], atMost = 400): Sample[] {
  const last = samples.at(-1);
  const everyMs = (last?.atMs ?? 0) / atMost;
  const kept: Sample[] = [];
  for (const sample of samples) {
    const previous = kept.at(-1);
    if (!previous || sample === last || sample.atMs - previous.atMs >= everyMs) kept.push(sample);
  }
  return kept;
}

/** How fast a total grew between one sample and the next. */
export function perSecond(name: string, samples: readonly Sample[], total: (sample: Sample) => number): Series {
  const points = samples.slice(1).flatMap((sample, index): Point[] => {
    const before = samples[index];
    const seconds = before ? (sample.atMs - before.atMs) / 1000 : 0;
    return before && seconds > 0 ? [{ atMs: sample.atMs, value: (total(sample) - total(before)) / seconds }] : [];
  });
  return { name, points };
}

/** One series per name that was ever above 0, the highest first; beyond `atMost` the rest is added up as `others`. */
export function byName(
  samples: readonly Sample[],
  counts: (sample: Sample) => Record<string, number>,
  atMost = 6,
): Series[] {
  const names = [...new Set(samples.flatMap((sample) => Object.keys(counts(sample))))];
  const all = names
    .map((name) => seriesOf(name, samples, (sample) => counts(sample)[name] ?? 0))
    .filter((series) => highest(series).value > 0)
    .sort((a, b) => highest(b).value - highest(a).value || (a.name < b.name ? -1 : 1));
  if (all.length <= atMost) return all;
  const rest = all.slice(atMost - 1).map(({ name }) => name);
  const sum = (sample: Sample) => rest.reduce((total, name) => total + (counts(sample)[name] ?? 0), 0);
  return [...all.slice(0, atMost - 1), seriesOf(`${rest.length} others`, samples, sum)];
}

const seriesOf = (name: string, samples: readonly Sample[], value: (sample: Sample) => number): Series => ({
  name,
  points: samples.map((sample) => ({ atMs: sample.atMs, value: value(sample) })),
});

/** The series on top of each other. All of them must have the same moments. */
export function stacked(all: readonly Series[]): Layer[] {
  const heights: number[] = [];
  return all.map(({ name, points }) => ({
    name,
    points: points.map(({ atMs, value }, index) => {
      const from = heights[index] ?? 0;
      heights[index] = from + value;
      return { atMs, from, to: from + value };
    }),
  }));
}

/** The first moment at which it was highest. */
export const highest = ({ points }: Series): Point =>
  points.reduce((top, point) => (point.value > top.value ? point : top), { atMs: 0, value: 0 });
