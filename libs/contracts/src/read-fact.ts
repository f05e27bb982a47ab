import { catalog } from './catalog.ts';
import { InvalidEvent } from './define-event.ts';
import { envelope, type Event } from './event.ts';
import { inOneSpelling } from './one-spelling.ts';
import { unfitText } from './unfit-text.ts';

const contracts = new Map<unknown, (typeof catalog)[number]>(catalog.map((contract) => [contract.type, contract]));

/**
 * A fact of whatever type: as its contract says when the catalog has one, otherwise with `data` as it came.
 * @throws InvalidEvent naming paths, never a value
 */
export function readFact(json: unknown): Event {
  const contract = contracts.get((json as { type?: unknown } | null)?.type);
  if (contract) return contract.parse(json);
  const fact = inOneSpelling(json);
  const { success, data: attributes, error } = envelope.safeParse(fact);
  const problems = success ? unfitText(attributes) : error.issues.map(({ path }) => path.join('.') || '(root)');
  if (!success || problems.length > 0) throw new InvalidEvent(`this is no fact: ${problems.join('; ')}`);
  return { ...attributes, data: (fact as { data?: unknown }).data };
}
