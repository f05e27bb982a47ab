import { z } from 'zod';
import { withSecretFiles } from './secret-files.ts';

export type Environment = Record<string, string | undefined>;

/** A configuration that cannot be used. Its message lists every problem, never a value. */
export class InvalidConfig extends Error {
  override readonly name = 'InvalidConfig';
}

/**
 * Reads a configuration from environment variables, and from the files some of them name (see `withSecretFiles`). An empty
 * variable counts as absent, as compose files write it.
 * With anything wrong it prints every problem to stderr, with an example for each, and ends the process with code 1.
 */
export function parseConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: Environment,
  service: string,
): z.output<Schema> {
  try {
    return readConfig(schema, env, service);
  } catch (error) {
    if (!(error instanceof InvalidConfig)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** @throws InvalidConfig */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: Environment,
  service: string,
): z.output<Schema> {
  const { values, problems: unread } = withSecretFiles(Object.keys(schema.shape), env);
  const result = schema.safeParse(values);
  if (result.success && unread.size === 0) return result.data;
  const refused = (result.error?.issues ?? []).map(({ path, message }): [string, string] => {
    const name = String(path[0] ?? 'together');
    const missing = values[name] === undefined && name in schema.shape;
    return [name, missing ? 'is missing' : message.replace(/^Invalid input: /, '')];
  });
  const problems = [...unread, ...refused.filter(([name]) => !unread.has(name))].map(([name, problem]) => [
    name,
    problem,
    exampleOf(schema, name, service),
  ]);
  const count = problems.length === 1 ? 'a configuration problem' : `${problems.length} configuration problems`;
  throw new InvalidConfig(`${service} cannot start: ${count}.\n\n${columns(problems)}\n`);
}

/** @returns '' where the schema has none */
export function exampleOf(schema: z.ZodObject, name: string, service: string): string {
  const field = schema.shape[name] as z.ZodType | undefined;
  const example = field && z.globalRegistry.get(field)?.['example'];
  return example === undefined ? '' : `example: ${String(example).replaceAll('<service>', service)}`;
}

function columns(rows: string[][]): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map((row) =>
      `  ${row.map((cell, column) => (column < row.length - 1 ? cell.padEnd(width(column)) : cell)).join('  ')}`.trimEnd(),
    )
    .join('\n');
}
