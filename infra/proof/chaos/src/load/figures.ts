import type { Rate } from './drain.ts';
import type { Memory } from './memory.ts';

export interface Figures {
  waiting: number;
  memory: { idle: Memory; whileWaiting: Memory; atMost: Memory };
  /** By service: its own, and what can be had of the same messages by acknowledging them. */
  rates: Record<string, { rate: Rate; raw: Rate }>;
}

/** What a backlog should cost at most, told beside what it did cost. */
const MEMORY_TARGET = 1.25;
const RATE_TARGET = 0.7;

export function figures({ waiting, memory, rates }: Figures): string {
  const { idle, whileWaiting, atMost } = memory;
  const processes = Object.keys(atMost).map((name) => {
    const ratio = (atMost[name] ?? NaN) / (idle[name] ?? NaN);
    return row(name, megabytes(idle[name]), megabytes(whileWaiting[name]), megabytes(atMost[name]), ratio.toFixed(2));
  });
  const drains = Object.entries(rates).map(([name, { rate, raw }]) =>
    row(name, rounded(rate.facts), perSecond(rate), perSecond(raw), (rate.perSecond / raw.perSecond).toFixed(2)),
  );
  return [
    `\n${rounded(waiting)} facts waited`,
    row('resident memory', 'idle', 'waiting', 'at most', `of idle, target ${MEMORY_TARGET}`),
    ...processes,
    '',
    row('worked off', 'facts', 'rate', 'only acked', `of that, target ${RATE_TARGET}`),
    ...drains,
  ].join('\n');
}

const row = (name: string, ...cells: [string, string, string, string]) =>
  `  ${name.padEnd(30)}${cells.map((cell, n) => (n < 3 ? cell.padStart(12) : `  ${cell}`)).join('')}`;
const megabytes = (bytes: number | undefined) => (bytes === undefined ? 'down' : `${(bytes / 2 ** 20).toFixed(0)} MB`);
const rounded = (count: number) => Math.round(count).toLocaleString('en');
const perSecond = ({ perSecond }: Rate) => `${rounded(perSecond)}/s`;
