import type { Sample } from '../report/record.ts';

/** Per second, over the last few samples. */
export function rate(samples: readonly Sample[], count: (sample: Sample) => number, over = 3): number {
  const [last, before] = [samples.at(-1), samples.at(-1 - over) ?? samples[0]];
  if (!last || !before || last.atMs === before.atMs) return 0;
  return (1_000 * (count(last) - count(before))) / (last.atMs - before.atMs);
}

/** `email.user.signed-up.v1 42 · signup.mail.sent.v1 3`: those that have any, most first. */
export function most(counts: Record<string, number>, shown = 4): string {
  const some = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
  const rest = some.slice(shown).reduce((sum, [, count]) => sum + count, 0);
  const named = some.slice(0, shown).map(([name, count]) => `${name} ${whole(count)}`);
  return [...named, ...(rest > 0 ? [`others ${whole(rest)}`] : [])].join(' · ') || 'nothing';
}

export const whole = (count: number) => Math.round(count).toLocaleString('en-US');

/** `1 min 05 s` */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
