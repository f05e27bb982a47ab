import { z } from 'zod';
import type { EventContract } from './define-event.ts';

/**
 * Everything of a contract that a producer or a consumer can notice, as plain JSON: the committed form in `fixtures/`.
 * @throws Error for a transform or a refinement: another language could not see it, so a contract must not have one.
 */
export function publishedVersion(contract: EventContract) {
  const data = z.toJSONSchema(contract.data, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const custom = zodSchema._zod.def.checks?.some((check) => check._zod.def.check === 'custom');
      if (custom) throw new Error(`${contract.type} has a refinement, which JSON Schema cannot say`);
      delete jsonSchema.description;
    },
  });
  const { type, producer, subject, example } = contract;
  return { type, producer, subject, data, example };
}
