/** HTML that may be sent as it is. Only the template tag below makes it. */
export class Markup {
  readonly #html: string;

  constructor(html: string) {
    this.#html = html;
  }

  toString(): string {
    return this.#html;
  }
}

type Value = string | number | null | undefined | Markup | Markup[];

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Every value is escaped, for text and for quoted attributes, unless it is markup already. `undefined` and `null` are nothing. */
export function markup(parts: TemplateStringsArray, ...values: Value[]): Markup {
  return new Markup(parts.reduce((html, part, index) => html + htmlOf(values[index - 1]) + part));
}

function htmlOf(value: Value): string {
  if (value instanceof Markup) return value.toString();
  if (Array.isArray(value)) return value.join('');
  return String(value ?? '').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
