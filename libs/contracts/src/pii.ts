import type { z } from 'zod';

/** Marks a field as personal data: it is never logged, and the event log's retention is its erasure deadline. */
export function pii<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ pii: true }) as Schema;
}
