import { describe, expect, it } from '@jest/globals';
import { drained } from './drain.ts';

/** Says one after the other, and the last one again and again. */
const counts =
  (...list: number[]) =>
  async () =>
    (list.length > 1 ? list.shift() : list[0]) ?? 0;
const { signal } = new AbortController();
const settings = { signal, onProgress: () => undefined };

describe('working off', () => {
  it('is over when as many are handled as were told, those from before left out', async () => {
    const rate = await drained(counts(5_000, 5_000, 5_400, 6_000), 6_000, settings);
    expect(rate.facts).toBe(1_000);
    expect(rate.perSecond).toBeGreaterThan(0);
  });

  it('ends with whoever has no patience', async () => {
    const stopping = new AbortController();
    const working = drained(counts(0), 1, { ...settings, signal: stopping.signal });
    stopping.abort();
    await expect(working).rejects.toThrow('aborted');
  });
});
