import { z } from 'zod';
import { Problem } from './errors.ts';

/** A whole number in a query; what is absent is `initial`. */
export function limit(initial: number, most: number) {
  const error = `must be a whole number from 1 to ${most}`;
  return z.coerce.number({ error }).int({ error }).min(1, { error }).max(most, { error }).default(initial);
}

export const yesOrNo = z.enum(['true', 'false'], { error: 'must be true or false' }).transform((it) => it === 'true');

/** @throws Problem QUERY_INVALID naming every parameter that is wrong or unknown */
export function parameters<Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(query);
  if (success) return data;
  const errors = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ parameter: key, detail: 'is not known' }))
      : [{ parameter: issue.path.join('.'), detail: issue.message }],
  );
  throw new Problem('QUERY_INVALID', { errors });
}

/** @throws Problem JOURNEY_NOT_FOUND: what is no UUID is nobody's id */
export function idOf(text: string): string {
  const { success, data } = z.uuid().safeParse(text.trim().toLowerCase());
  if (!success) throw new Problem('JOURNEY_NOT_FOUND');
  return data;
}
