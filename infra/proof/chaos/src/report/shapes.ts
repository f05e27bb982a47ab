import { clock, number } from './in-words.ts';
import { markup, type Markup } from './markup.ts';
import type { Scale } from './scale.ts';
import type { Layer, Series } from './series.ts';

/** Where something is drawn, in the units of the picture. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const at = (value: number) => Number(value.toFixed(1));

/** `color` is the number of a colour of the page's style. */
export function line({ points }: Series, color: number, x: Scale, y: Scale): Markup {
  const path = points.map(({ atMs, value }) => `${at(x(atMs))},${at(y(value))}`).join(' ');
  return markup`<polyline class="line c${color}" points="${path}"/>`;
}

export function area({ points }: Layer, color: number, x: Scale, y: Scale): Markup {
  const top = points.map(({ atMs, to }) => `${at(x(atMs))},${at(y(to))}`);
  const bottom = points.toReversed().map(({ atMs, from }) => `${at(x(atMs))},${at(y(from))}`);
  return markup`<polygon class="area c${color}" points="${[...top, ...bottom].join(' ')}"/>`;
}

/** From one moment to another; what was over at once is still to be seen. */
export function band(className: string, [fromMs, toMs]: [number, number], { y, height }: Box, x: Scale): Markup {
  const width = Math.max(x(toMs) - x(fromMs), 2);
  return markup`<rect class="${className}" x="${at(x(fromMs))}" y="${y}" width="${at(width)}" height="${height}"/>`;
}

/** Horizontal lines with their values at the left. */
export function valueAxis(values: readonly number[], { x: left, width }: Box, y: Scale): Markup[] {
  return values.map(
    (value) => markup`<path class="grid" d="M${left} ${at(y(value))}h${width}"/>
<text class="tick" x="${left - 8}" y="${at(y(value)) + 4}" text-anchor="end">${number(value)}</text>`,
  );
}

/** The time below everything, in minutes and seconds. */
export function timeAxis(moments: readonly number[], { y, height }: Box, x: Scale): Markup[] {
  return moments.map(
    (moment) => markup`<path class="grid" d="M${at(x(moment))} ${y}v${height}"/>
<text class="tick" x="${at(x(moment))}" y="${y + height + 16}" text-anchor="middle">${clock(moment)}</text>`,
  );
}
