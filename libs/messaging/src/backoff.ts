const FIRST_MS = 100;
const LAST_MS = 2_000;

/**
 * Milliseconds before the n-th try (from 1) to reach the broker: 100 doubling to 2,000, of which half is drawn at random so
 * that a fleet does not come back in step. A cap this low costs a broker little and keeps the stall after its restart short.
 */
export function reconnectDelay(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LAST_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
