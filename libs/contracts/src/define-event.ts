import type { z } from 'zod';
import { envelopeOf, type Event } from './event.ts';
import { inOneSpelling } from './one-spelling.ts';
import { unfitText } from './unfit-text.ts';

/** The `producer` of a fact that every service states about itself: its subject is the service. */
export const ANY_SERVICE = '*';

/** One kind of fact: its wire name, its owner, its run-time schema and its static type. */
export interface EventContract<Type extends string = string, Data extends z.ZodObject = z.ZodObject> {
  readonly type: Type;
  /** The only service that may state it, or `ANY_SERVICE`. */
  readonly producer: string;
  readonly summary: string;
  /** The field of `data` that becomes the envelope's `subject`. */
  readonly subject: keyof z.output<Data> & string;
  readonly data: Data;
  /** One valid `data`: used by the documentation and by tests. */
  readonly example: z.output<Data>;
  /** @throws InvalidEvent naming every offending path, never a value (values may be personal). */
  parse(json: unknown): Event<Type, z.output<Data>>;
}

/** The event type a contract describes: `export type UserSignedUp = EventOf<typeof UserSignedUp>`. */
export type EventOf<Contract> =
  Contract extends EventContract<infer Type, infer Data> ? Event<Type, z.output<Data>> : never;

/** A message that is not what its contract says. Delivering it again cannot help. */
export class InvalidEvent extends Error {
  override readonly name = 'InvalidEvent';
}

const WIRE_NAME = /^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*\.v[1-9]\d*$/;

/**
 * Declares a fact. A published version never changes (see `fixtures/`); a breaking change is a `v2` beside the `v1`.
 * @throws Error when the wire name is not `<noun>.<past-verb>.v<major>`.
 */
export function defineEvent<const Type extends string, Data extends z.ZodObject>(
  declaration: Omit<EventContract<Type, Data>, 'parse'>,
): EventContract<Type, Data> {
  if (!WIRE_NAME.test(declaration.type)) {
    throw new Error(`"${declaration.type}" is not <noun>.<past-verb>.v<major>, such as "user.signed-up.v1"`);
  }
  const schema = envelopeOf(declaration.type, declaration.data);
  return Object.freeze({
    ...declaration,
    parse(json: unknown) {
      const { success, data, error } = schema.safeParse(inOneSpelling(json));
      const problems = success
        ? unfitText(data).map((path) => `${path}: unfit_text`)
        : error.issues.map(({ path, code }) => `${path.join('.') || '(root)'}: ${code}`);
      if (success && problems.length === 0) return data as Event<Type, z.output<Data>>;
      throw new InvalidEvent(`${declaration.type} is not as its contract says: ${problems.join('; ')}`);
    },
  });
}
