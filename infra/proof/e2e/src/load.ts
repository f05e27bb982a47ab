import { randomUUID } from 'node:crypto';
import { eventually } from '@tributary/testing';
import type { Person, World } from './world.ts';

const AT_ONCE = 32;

export interface LoadOptions {
  /** Repeats a request that got no answer or no 202, with its Idempotency-Key, until it is accepted. */
  untilAccepted?: boolean;
}

/** Signs `count` people up, 32 at a time. @returns those who were accepted. */
export async function signUpMany(
  world: World,
  name: string,
  count: number,
  { untilAccepted = false }: LoadOptions = {},
): Promise<Person[]> {
  const accepted: Person[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const who = `${name}-${next++}`;
      const key = randomUUID();
      const attempt = () => world.signUp(who, key);
      accepted.push(await (untilAccepted ? eventually(attempt, { timeoutMs: 60_000, intervalMs: 200 }) : attempt()));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return accepted;
}
