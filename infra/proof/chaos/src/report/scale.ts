export type Scale = (value: number) => number;

/** Linear: the ends of `values` land on the ends of `pixels`. */
export function scale([low, high]: [number, number], [start, end]: [number, number]): Scale {
  const span = high - low || 1;
  return (value) => start + ((value - low) / span) * (end - start);
}

/** Whole, round numbers from 0 to `max` or just beyond: 0, 20, 40. */
export function ticks(max: number, about = 4): number[] {
  const least = Math.max(max / about, 1);
  const magnitude = 10 ** Math.floor(Math.log10(least));
  const step = magnitude * ([1, 2, 5].find((digit) => digit * magnitude >= least) ?? 10);
  return Array.from({ length: Math.max(Math.ceil(max / step), 1) + 1 }, (_, index) => index * step);
}

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

/** Milliseconds from 0 that a clock shows as round, none beyond `max`. */
export function timeTicks(max: number, about = 10): number[] {
  const step = 1000 * (SECONDS.find((seconds) => seconds * 1000 * about >= max) ?? 1800);
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, index) => index * step);
}
