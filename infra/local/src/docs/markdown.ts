/** A table as Prettier would set it. The first row is its head. */
export function table(rows: readonly string[][]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = (escaped[0] ?? []).map((_, column) => Math.max(3, ...escaped.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[], fill: string) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width, fill)).join(' | ')} |`;
  const [head = [], ...body] = escaped;
  return [line(head, ' '), line([], '-'), ...body.map((row) => line(row, ' '))].join('\n');
}

export const code = (text: string) => `\`${text}\``;

/** "a, b or c" */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** Replaces what stands between `<!-- docs: name -->` and `<!-- docs: end -->`. */
export function replaceBlock(page: string, name: string, block: string): string {
  const [before, rest] = split(page, `<!-- docs: ${name} -->`);
  const [, after] = split(rest, '<!-- docs: end -->');
  return `${before}<!-- docs: ${name} -->\n\n${block}\n\n<!-- docs: end -->${after}`;
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`no ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
