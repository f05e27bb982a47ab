import { clock, duration, inWords, isClean, number } from './in-words.ts';
import { markup, type Markup } from './markup.ts';
import type { Mark, RunRecord, Sample, ScenarioOutcome } from './record.ts';
import { byName, highest, thinned, type Series } from './series.ts';
import { inDetail } from './timeline.ts';

type Cell = string | number | Markup;

/** `numbers` are the columns set flush right. On a narrow screen it scrolls by itself, also with the keyboard. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly Cell[][],
  numbers: number[] = [],
): Markup {
  const kind = (column: number) => (numbers.includes(column) ? 'number' : 'words');
  return markup`<div class="scrolls" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${head.map((title, column) => markup`<th scope="col" class="${kind(column)}">${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${row.map((cell, column) => markup`<td class="${kind(column)}">${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
}

export function scenarioTable({ scenarios, marks }: RunRecord): Markup {
  const head = ['Scenario', 'From', 'What was done', 'What should happen', 'Accepted', 'Verdict'];
  const rows = scenarios.map((scenario) => [
    scenario.name,
    clock(scenario.fromMs),
    markup`${marksIn(scenario, marks).map((mark) => markup`<div>${inDetail(mark)}</div>`)}`,
    scenario.expected,
    number(scenario.verdict.accepted),
    verdictCell(scenario),
  ]);
  return table('Scenarios', head, rows, [1, 4]);
}

const marksIn = ({ fromMs, toMs }: ScenarioOutcome, marks: readonly Mark[]) =>
  marks.filter((mark) => mark.fromMs >= fromMs && mark.fromMs < toMs);

const verdictCell = ({ verdict }: ScenarioOutcome) =>
  markup`<span class="${isClean(verdict) ? 'good' : 'bad'}">${inWords(verdict)}</span>${
    verdict.extraCopies > 0 ? markup`<div>extra copies of mails ${verdict.extraCopies}</div>` : ''
  }`;

/** The picture's peaks. */
export function peakTable({ samples }: RunRecord): Markup {
  const rowsOf = (what: string, all: Series[]) =>
    all.map((series) => {
      const { atMs, value } = highest(series);
      return [what, series.name, number(value), clock(atMs), number(series.points.at(-1)?.value ?? 0)];
    });
  const backlog = byName(samples, (sample) => sample.backlog, Infinity);
  const unpublished = byName(samples, (sample) => sample.unpublished, Infinity);
  const rows = [...rowsOf('waiting on queue', backlog), ...rowsOf('not yet published by', unpublished)];
  return table('The longest queues', ['What', 'Where', 'Most', 'At', 'In the end'], rows, [2, 3, 4]);
}

export function faultTable({ marks }: RunRecord): Markup {
  const rows = marks.map(({ what, fromMs, toMs }) => [
    clock(fromMs),
    what,
    toMs === undefined ? '' : duration(toMs - fromMs),
  ]);
  return table('Everything that was done to it', ['At', 'What', 'For'], rows, [0, 2]);
}

/** The picture's lines, at a few moments. */
export function progressTable({ samples }: RunRecord): Markup {
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);
  const row = ({ atMs, accepted, completed, backlog, unpublished }: Sample) => [
    clock(atMs),
    ...[accepted, completed, sum(backlog), sum(unpublished)].map(number),
  ];
  const head = ['At', 'Accepted', 'Completed', 'Waiting on queues', 'Not yet published'];
  return table('How it went', head, thinned(samples, 40).map(row), [0, 1, 2, 3, 4]);
}
