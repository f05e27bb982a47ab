import { setTimeout as delay } from 'node:timers/promises';

/** People who were kept from coming do not all come at once afterwards: at most those of this time. */
const RUSH_MS = 500;

/** One after the other, so many a second. */
export class Pace {
  #next = 0;

  /** Resolves when the next one may come. */
  async turn(perSecond: number, signal: AbortSignal): Promise<void> {
    this.#next = Math.max(this.#next, Date.now() - RUSH_MS) + 1_000 / perSecond;
    const early = this.#next - Date.now();
    if (early > 0) await delay(early, undefined, { signal });
  }
}
