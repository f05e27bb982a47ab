import { setTimeout as delay } from 'node:timers/promises';
import { idempotencyKeyOf } from '@tributary/e2e';
import type { Arrival } from './arrivals.ts';

/** What became of somebody who wanted to sign up, as far as they can tell. */
export interface Outcome {
  person: Arrival;
  /** Of the account; none when they were told no, or nothing. */
  id?: string;
  requests: number;
  /** Until the first request was answered. */
  answerMs: number;
}

/** Longer than a service of the chain waits for the next one. */
const PATIENCE_MS = 20_000;
/** How long it takes somebody to press the button again. */
const AGAIN_MS = 1_000;

/** Everybody signs up in their moment; whoever gets no good answer tries once more. */
export function burst(url: string, people: readonly Arrival[], signal: AbortSignal): Promise<Outcome[]> {
  const began = performance.now();
  return Promise.all(
    people.map(async (person) => {
      await delay(began + person.atMs - performance.now(), undefined, { signal });
      return signUp(url, person, signal);
    }),
  );
}

async function signUp(url: string, person: Arrival, signal: AbortSignal): Promise<Outcome> {
  const began = performance.now();
  const first = await ask(url, person, signal);
  const answerMs = performance.now() - began;
  if (first) return { person, id: first, requests: 1, answerMs };
  await delay(AGAIN_MS, undefined, { signal });
  const second = await ask(url, person, signal);
  return { person, ...(second && { id: second }), requests: 2, answerMs };
}

/** The chain does not look at it. */
export const keyOf = ({ who }: Arrival) => idempotencyKeyOf(`versus-${who}`);

/** @returns the id that a good answer gives, nothing for any other */
async function ask(url: string, person: Arrival, signal: AbortSignal): Promise<string | undefined> {
  const { email, displayName, workspaceName } = person;
  try {
    const response = await fetch(`${url}/signups`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': keyOf(person) },
      body: JSON.stringify({ email, displayName, workspaceName }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    const body = (await response.json()) as { id?: string };
    return response.ok ? body.id : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
