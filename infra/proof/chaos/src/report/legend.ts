import { markup, type Markup } from './markup.ts';
import type { Box } from './shapes.ts';

/** Generous for the letters of queue names at 11 px: a name must not run into the next. */
const LETTER = 6.2;
const SWATCH = 14;
const SPACE = 16;
export const LEGEND_ROW = 15;

/** Names behind a mark of their colour, in as many rows as they need. */
export function legend(
  names: readonly string[],
  firstColor: number,
  { x, y, width }: Box,
): { rows: number; drawn: Markup[] } {
  let left = 0;
  let rows = 1;
  const drawn = names.map((name, index) => {
    const needs = SWATCH + name.length * LETTER;
    if (left > 0 && left + needs > width) {
      left = 0;
      rows += 1;
    }
    const [from, baseline] = [x + left, y + rows * LEGEND_ROW - 4];
    left += needs + SPACE;
    return markup`<rect class="swatch c${firstColor + index}" x="${from}" y="${baseline - 8}" width="9" height="9"/>
<text class="tick" x="${from + SWATCH}" y="${baseline}">${name}</text>`;
  });
  return { rows, drawn };
}
