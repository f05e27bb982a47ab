import { legend, LEGEND_ROW } from './legend.ts';
import { markup, type Markup } from './markup.ts';
import { scale, ticks, type Scale } from './scale.ts';
import { highest, stacked, type Series } from './series.ts';
import { area, line, valueAxis, type Box } from './shapes.ts';

export interface Chart {
  title: string;
  series: Series[];
  /** The number of the first series' colour in the page's style; the others take the next ones. */
  firstColor: number;
  /** On top of each other instead of beside each other. */
  stack?: boolean;
}

const TITLE_ROW = 18;

/** One of the pictures that share the time axis: its title, its legend, and the drawing below them. */
export function chart({ title, series, firstColor, stack = false }: Chart, box: Box, x: Scale): Markup {
  const names = series.map(({ name }) => name);
  const { rows, drawn } = legend(names, firstColor, { ...box, y: box.y + TITLE_ROW });
  const head = TITLE_ROW + rows * LEGEND_ROW + 6;
  const plot = { ...box, y: box.y + head, height: box.height - head };
  const layers = stack ? stacked(series) : [];
  const tops = stack ? (layers.at(-1)?.points ?? []).map(({ to }) => to) : series.map((one) => highest(one).value);
  const values = ticks(Math.max(0, ...tops));
  const y = scale([0, values.at(-1) ?? 1], [plot.y + plot.height, plot.y]);
  return markup`<text class="title" x="${box.x}" y="${box.y + 12}">${title}</text>
${names.length > 0 ? drawn : markup`<text class="tick" x="${box.x}" y="${box.y + 29}">never any</text>`}
${valueAxis(values, plot, y)}
${stack ? layers.map((layer, index) => area(layer, firstColor + index, x, y)) : series.map((one, index) => line(one, firstColor + index, x, y))}`;
}
