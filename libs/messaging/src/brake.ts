import { setTimeout as delay } from 'node:timers/promises';

/** More failures in a row than this are no coincidence: something that every message needs is away. */
const COINCIDENCE = 20;
const HOLD_MS = 1_000;

/**
 * Keeps a queue from running through its reader while nothing succeeds. A server that refuses at once is otherwise asked thousands of
 * times a second, and all that waits ends up in the longest backoff tier. Held back, what is in flight takes the places of what
 * waits: each place asks once a second.
 */
export class Brake {
  #failuresInARow = 0;

  release(): void {
    this.#failuresInARow = 0;
  }

  /** After a failure. Resolves when the message may move on: at once, or a second later when nothing succeeds any more. */
  async hold(signal: AbortSignal): Promise<void> {
    if (++this.#failuresInARow > COINCIDENCE) await delay(HOLD_MS, undefined, { signal }).catch(() => undefined);
  }
}
