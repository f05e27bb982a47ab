import type { Outcome } from './outcome.ts';

/** Rows for a table: what is done, and what became of each process that died before or after it. */
export function matrix(processes: readonly string[], outcomes: readonly Outcome[]): string[][] {
  const own = processes.flatMap((name) => outcomes.filter(({ process }) => process === name));
  const boundaries = Map.groupBy(own, ({ point }) => doneAt(point));
  return [
    ['dies before, after', ...processes],
    ...[...boundaries].map(([what, points]) => {
      const sides = new Set(points.map(({ point }) => point));
      const onlyOne = sides.size === 1 ? [...sides] : [];
      return [onlyOne[0] ?? what, ...processes.map((process) => cell(points.filter((it) => it.process === process)))];
    }),
  ];
}

/** `before COMMIT` and `after COMMIT` are two sides of COMMIT. */
const doneAt = (point: string) => point.replace(/^(before|after) /, '');

/** `✓ ✓` when it may die on both sides; a dash when it never does this. */
function cell(points: readonly Outcome[]): string {
  if (points.length === 0) return '–';
  const verdicts = new Set(points.map(({ wrong = '✓' }) => wrong));
  if (verdicts.size === 1) return verdicts.has('✓') ? points.map(() => '✓').join(' ') : [...verdicts].join();
  return points.map(({ point, wrong = '✓' }) => `${point.split(' ')[0]}: ${wrong}`).join(' · ');
}
