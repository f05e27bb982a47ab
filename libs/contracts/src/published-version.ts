import { z } from 'zod';
import type { EventContract } from './define-event.ts';
import { envelope } from './event.ts';

/**
 * Everything of a contract that a producer or a consumer can notice, as plain JSON: the committed form in `fixtures/`.
 * @throws Error for whatever JSON Schema cannot say, such as a transform or a refinement: its change would go unnoticed
 * here, and another language could not follow it at all.
 */
export function publishedVersion(contract: EventContract) {
  const { type, producer, subject, example } = contract;
  return { type, producer, subject, data: jsonSchemaOf(type, contract.data), example };
}

/** What every fact has around its data. It is published with the first one, and final like them. */
export function publishedEnvelope() {
  return jsonSchemaOf('the envelope', envelope);
}

function jsonSchemaOf(what: string, schema: z.ZodType) {
  return z.toJSONSchema(schema, {
    io: 'input',
    override({ zodSchema, jsonSchema }) {
      const hidden = hiddenIn(zodSchema._zod.def);
      if (hidden) throw new Error(`${what} has ${hidden}, which JSON Schema cannot say`);
      delete jsonSchema.description;
    },
  });
}

const TYPES = 'string number boolean null literal enum array object record union optional nullable'.split(' ');

/** The parts of a zod schema that its JSON Schema leaves out without a word. */
function hiddenIn(def: z.core.$ZodTypeDef & { coerce?: boolean }): string | undefined {
  if (!TYPES.includes(def.type)) return `a "${def.type}"`;
  if (def.coerce) return 'a coercion';
  // A format such as z.uuid() is a check itself.
  const checks = [def, ...(def.checks ?? []).map(({ _zod }) => _zod.def)];
  for (const { check, pattern } of checks as { check?: string; pattern?: RegExp }[]) {
    if (check === 'custom') return 'a refinement';
    if (check === 'overwrite') return 'a change of the value';
    if (check === 'string_format' && !pattern) return 'a format without a pattern';
    if (pattern && !['', 'u'].includes(pattern.flags)) return `a pattern with the flags "${pattern.flags}"`;
  }
  return undefined;
}
