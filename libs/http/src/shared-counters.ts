import { hash, randomBytes } from 'node:crypto';

const ROWS = 4;
const COLUMNS = 65_536;

/**
 * How often each of any number of keys was counted, in 1 MiB: a count-min sketch. A key has one counter in each row, picked by a hash with a secret,
 * and its count is the lowest of them. It is too high only when others share all four, which nobody can bring about for a key of their choice; it
 * is never too low. A list of keys that drops the oldest when it is full could be emptied by sending many keys.
 */
export class SharedCounters {
  readonly #counters = new Uint32Array(ROWS * COLUMNS);
  readonly #secret = randomBytes(16).toString('hex');

  countersOf(key: string): number[] {
    const picked = hash('sha256', this.#secret + key);
    return Array.from({ length: ROWS }, (_, row) => row * COLUMNS + parseInt(picked.slice(4 * row, 4 * row + 4), 16));
  }

  count(counters: number[]): number {
    return Math.min(...counters.map((index) => this.#counters[index] ?? 0));
  }

  add(counters: number[]): void {
    for (const index of counters) this.#counters[index] = (this.#counters[index] ?? 0) + 1;
  }

  clear(): void {
    this.#counters.fill(0);
  }
}
