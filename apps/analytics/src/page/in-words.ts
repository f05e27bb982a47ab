const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** The two largest units: `3 min 20 s`. Below ten seconds it is exact: `1.25 s`, `40 ms`. */
export function duration(ms: number): string {
  if (ms < 0) return `−${duration(-ms)}`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${Number((ms / 1_000).toFixed(2))} s`;
  const words: string[] = [];
  let rest = Math.round(ms / 1_000) * 1_000;
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) words.push(`${count} ${name}`);
    else if (words.length > 0) break;
    if (words.length === 2) break;
  }
  return words.join(' ');
}

/** For how long somebody waits, where seconds matter less the longer it is: `3 min`. */
export const roughly = (ms: number) => (ms < 60_000 ? duration(ms) : (/^\d+ \w+/.exec(duration(ms))?.[0] ?? ''));

/** `a, b or c` */
export function either(names: string[]): string {
  const last = names.at(-1) ?? 'nothing';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

/** The day and time to the second, UTC. */
export const moment = (date: Date) => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
