import type { RunRecord, RunVerdict } from '../report/record.ts';
import { span, whole } from './figures.ts';

const LINES = 20;

/** What it all came to: a row for each scenario, the total, and the first of what is wrong. */
export function resultTable({ scenarios, total, seed, samples, target }: RunRecord): string {
  const rows = [
    ['scenario', 'expected', 'accepted', 'lost', 'doubled', 'unexpected', 'verdict'],
    ...scenarios.map(({ name, expected, verdict }) => [name, expected, ...figures(verdict)]),
    ['everything', '', ...figures(total)],
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const table = rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  const repeated = Object.entries(total.repeats).map(([why, times]) => `${whole(times)} × ${why}`);
  const more = total.lines.length - LINES;
  return [
    '',
    ...table.map((line) => `  ${line}`),
    '',
    `  seed ${seed} · ${target} · ${span(samples.at(-1)?.atMs ?? 0)} · address taken ${whole(total.refused)} · sent again: ${repeated.join(', ') || 'nothing'}`,
    `  lost ${total.lost} · doubled ${total.doubled} · unexpected ${total.unexpected} · extra copies of mails ${total.extraCopies}`,
    ...total.lines.slice(0, LINES).map((line) => `    ${line}`),
    ...(more > 0 ? [`    … and ${whole(more)} more in the report`] : []),
  ].join('\n');
}

function figures({ accepted, lost, doubled, unexpected }: RunVerdict): string[] {
  const held = lost + doubled + unexpected === 0;
  return [whole(accepted), whole(lost), whole(doubled), whole(unexpected), held ? 'held' : 'BROKEN'];
}
