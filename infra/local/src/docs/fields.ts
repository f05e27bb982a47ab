import type { EventContract } from '@tributary/contracts';
import { code, table } from './markdown.ts';

/** As far as contracts use it. `pii` is our own mark. */
interface Schema {
  type?: string;
  format?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  pii?: boolean;
}

/** The fields of a fact's `data`, a row each. */
export function fieldsTable({ data }: EventContract): string {
  const { properties = {}, required = [] } = data.toJSONSchema({ io: 'input' }) as Schema;
  const rows = Object.entries(properties).map(([name, field]) => [
    code(name),
    `${inWords(field)}${required.includes(name) ? '' : ', optional'}`,
    field.pii ? 'personal' : '',
  ]);
  return table([['field', 'is', ''], ...rows]);
}

function inWords({
  type,
  format,
  enum: values,
  minimum,
  maximum,
  maxLength,
  items,
  properties,
  required,
}: Schema): string {
  if (values) return values.map(code).join(' or ');
  if (items) return `list of ${inWords(items)}`;
  if (properties) {
    const names = Object.keys(properties).map((name) => code(required?.includes(name) ? name : `${name}?`));
    return `{ ${names.join(', ')} }`;
  }
  if (type === 'integer') return `whole number, ${minimum} to ${maximum}`;
  if (format) return format.toUpperCase();
  return maxLength ? `text of at most ${maxLength} characters` : String(type);
}
