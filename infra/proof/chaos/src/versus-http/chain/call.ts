import { setTimeout as delay } from 'node:timers/promises';
import type { Person } from './serve.ts';

const PAUSE_MS = 100;

/**
 * Asks the next service and waits for its answer; once more where it gives none in time, or a bad one.
 * @throws Error when it does so twice
 */
export async function callNext(person: Person, { timeoutMs }: { timeoutMs: number }): Promise<void> {
  try {
    await call(person, timeoutMs);
  } catch {
    await delay(PAUSE_MS);
    await call(person, timeoutMs);
  }
}

async function call(person: Person, timeoutMs: number): Promise<void> {
  const response = await fetch(String(process.env['NEXT_URL']), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(person),
    signal: AbortSignal.timeout(timeoutMs),
  });
  await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
}
