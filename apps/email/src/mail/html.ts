const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Template tag for HTML: every interpolated value is escaped for text and for quoted attributes, so a template cannot
 * forget to. Control characters that HTML forbids are dropped.
 */
export function html(strings: TemplateStringsArray, ...values: string[]): string {
  return strings.reduce((page, part, index) => page + escaped(values[index - 1] ?? '') + part);
}

const escaped = (value: string) => printable(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** Without control characters, and without the invisible ones that reverse the text around them (a way to disguise names). */
export const printable = (value: string) =>
  value.toWellFormed().replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ');
