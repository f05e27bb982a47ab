import { chart, type Chart } from './chart.ts';
import { duration, number } from './in-words.ts';
import { markup, type Markup } from './markup.ts';
import type { Mark, RunRecord } from './record.ts';
import { scale, timeTicks, type Scale } from './scale.ts';
import { byName, perSecond, thinned } from './series.ts';
import { band, timeAxis } from './shapes.ts';

const WIDTH = 1160;
/** At the left: the names of the faults, and the values of the axes. */
const LEFT = 264;
const RIGHT = 24;
const GAP = 18;
const ROW = 20;
const BELOW = 28;
/** Room for the title of the rows. */
const FAULTS_HEAD = 22;

/** What happened, over time: three charts, and below them one row per kind of fault, drawn through all of them. */
export function timeline(record: RunRecord): Markup {
  const endMs = endOf(record);
  const x = scale([0, endMs], [LEFT, WIDTH - RIGHT]);
  const kinds = Map.groupBy(record.marks, ({ what }) => what);
  const place = { x: LEFT, width: WIDTH - LEFT - RIGHT };
  const heights = [190, 200, 140];
  const tops = heights.map((_, index) => heights.slice(0, index).reduce((sum, height) => sum + height + GAP, 0));
  const rowsAt = heights.reduce((sum, height) => sum + height + GAP, FAULTS_HEAD);
  const height = rowsAt + kinds.size * ROW;
  const all = { ...place, y: 40, height: height - 40 };
  const charts = chartsOf(record).map((one, index) =>
    chart(one, { ...place, y: tops[index] ?? 0, height: heights[index] ?? 0 }, x),
  );
  return markup`<svg viewBox="0 0 ${WIDTH} ${height + BELOW}" role="img" aria-labelledby="timeline-title timeline-desc">
<title id="timeline-title">Signups, backlog and faults over time</title>
<desc id="timeline-desc">${description(record, endMs)}</desc>
${timeAxis(timeTicks(endMs), all, x)}
${record.marks.map((mark) => band(mark.toMs === undefined ? 'instant' : 'outage', spanOf(mark), all, x))}
${charts}
<text class="title" x="${LEFT}" y="${rowsAt - 8}">What was done to it</text>
${[...kinds].map(([what, marks], index) => faultRow(what, marks, rowsAt + index * ROW, x))}
</svg>`;
}

function chartsOf({ samples }: RunRecord): Chart[] {
  const shown = thinned(samples);
  const rates = [
    perSecond('accepted', shown, ({ accepted }) => accepted),
    perSecond('completed', shown, ({ completed }) => completed),
  ];
  return [
    { title: 'Signups per second', series: rates, firstColor: 0 },
    { title: 'Waiting on queues', series: byName(shown, ({ backlog }) => backlog), firstColor: 2, stack: true },
    { title: 'Facts not yet published', series: byName(shown, ({ unpublished }) => unpublished), firstColor: 2 },
  ];
}

function faultRow(what: string, marks: readonly Mark[], y: number, x: Scale): Markup {
  const box = { x: 0, y: y + 4, width: 0, height: ROW - 8 };
  return markup`<text class="tick" x="${LEFT - 8}" y="${y + 14}" text-anchor="end">${shortened(what)}</text>
${marks.map((mark) => markup`<g>${band('fault', spanOf(mark), box, x)}<title>${inDetail(mark)}</title></g>`)}`;
}

const spanOf = ({ fromMs, toMs = fromMs }: Mark): [number, number] => [fromMs, toMs];
const shortened = (what: string) => (what.length > 40 ? `${what.slice(0, 39)}…` : what);

/** `SIGKILL email, at 12.0 s, for 3.5 s` */
export const inDetail = ({ what, fromMs, toMs }: Mark) =>
  `${what}, at ${duration(fromMs)}${toMs === undefined ? '' : `, for ${duration(toMs - fromMs)}`}`;

export function endOf({ samples, marks, scenarios }: RunRecord): number {
  return Math.max(
    samples.at(-1)?.atMs ?? 0,
    ...marks.map(({ fromMs, toMs = fromMs }) => toMs),
    ...scenarios.map(({ toMs }) => toMs),
  );
}

function description({ samples, marks }: RunRecord, endMs: number): string {
  const last = samples.at(-1);
  return `In ${duration(endMs)} ${number(last?.accepted ?? 0)} signups were accepted and ${number(last?.completed ?? 0)} completed,
while ${number(marks.length)} faults were caused. The tables below say the same in figures.`;
}
