/** HTML that may be sent as it is. Only the template tag below makes it. */
export class Html {
  readonly #html: string;

  constructor(html: string) {
    this.#html = html;
  }

  toString(): string {
    return this.#html;
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Template tag for HTML: every interpolated value that is not HTML already is escaped for text and for quoted attributes,
 * so a template cannot forget to. Control characters that HTML forbids are dropped.
 */
export function html(strings: TemplateStringsArray, ...values: (string | Html)[]): Html {
  return new Html(strings.reduce((page, part, index) => page + htmlOf(values[index - 1] ?? '') + part));
}

const htmlOf = (value: string | Html) => (value instanceof Html ? value.toString() : escaped(value));

const escaped = (value: string) => printable(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** Without control characters, and without the invisible ones that reverse the text around them (a way to disguise names). */
export const printable = (value: string) =>
  value.toWellFormed().replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ');
