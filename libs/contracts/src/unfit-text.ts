// What a CloudEvents attribute must not have: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system
const CONTROL = /\p{Cc}/u;
const isAttribute = (text: string) => text.isWellFormed() && !CONTROL.test(text);
// PostgreSQL stores no U+0000, and UTF-8 has no halves of surrogate pairs: either would arrive as something else, or never.
const isData = (text: string) => text.isWellFormed() && !text.includes('\0');

/** The paths of all text in a fact that cannot be kept and handed on as it is. */
export function unfitText(fact: object): string[] {
  const unfit: string[] = [];
  for (const [name, value] of Object.entries(fact)) collect(unfit, name, value, name === 'data' ? isData : isAttribute);
  return unfit;
}

function collect(unfit: string[], path: string, value: unknown, isFit: (text: string) => boolean): void {
  if (typeof value === 'string') {
    if (!isFit(value)) unfit.push(path);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      if (!isFit(key)) unfit.push(path);
      collect(unfit, `${path}.${key}`, part, isFit);
    }
  }
}
