import { telemetryVariables } from '@tributary/telemetry';
import { z } from 'zod';
import { exampleOf } from './parse-config.ts';

/** Columns of a terminal that `--help` fills at most. */
export const HELP_WIDTH = 100;

interface Row {
  name: string;
  need: string;
  description: string;
  example: string;
}

/** The variables of the schema for `--help`, an example where there is no default, then those of OpenTelemetry. */
export function describeVariables(schema: z.ZodObject, service: string): string {
  const rows = Object.entries(schema.shape).map(([name, field]): Row => {
    const { data, success } = z.safeParse(field, undefined);
    const given = data === undefined || data.toString() === '';
    const need = !success ? 'required' : given ? 'optional' : `default ${String(data)}`;
    const description = z.globalRegistry.get(field as z.ZodType)?.description ?? '';
    return { name, need, description, example: given ? exampleOf(schema, name, service) : '' };
  });
  const standard = telemetryVariables.map(([name, description]) => ({ name, need: '', description, example: '' }));
  return `Environment variables:
${linesOf(rows)}

  Any of them can be read from a file that NAME_FILE names,
  the password of a URL from one that NAME_PASSWORD_FILE names.
  In a URL, special characters of login, password and path are percent-encoded, as UTF-8.
  NODE_EXTRA_CA_CERTS names a file of certificate authorities to trust beside the usual ones.

OpenTelemetry, as its standard says
(https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/):
${linesOf(standard)}`;
}

function linesOf(rows: Row[]): string {
  const width = (column: 'name' | 'need') => Math.max(...rows.map((row) => row[column].length));
  const [names, needs] = [width('name'), width('need')];
  const indent = 2 + names + 2 + (needs > 0 ? needs + 2 : 0);
  return rows
    .flatMap(({ name, need, description, example }) => {
      const [first = '', ...more] = wrapped(description, HELP_WIDTH - indent);
      const head = `  ${name.padEnd(names)}  ${needs > 0 ? `${need.padEnd(needs)}  ` : ''}${first}`;
      // The longest examples would not fit beside the names.
      const fits = indent + example.length <= HELP_WIDTH;
      const examples = example ? [' '.repeat(fits ? indent : 4) + example] : [];
      return [head.trimEnd(), ...more.map((line) => ' '.repeat(indent) + line), ...examples];
    })
    .join('\n');
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
