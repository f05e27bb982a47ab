import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.ts';

describe('eventually', () => {
  it('returns the answer of the first attempt that neither throws nor answers false', async () => {
    let tries = 0;
    const answer = await eventually(() => {
      tries += 1;
      if (tries === 1) throw new Error('too early');
      return tries === 2 ? false : `try ${tries}`;
    });
    expect(answer).toBe('try 3');
  });

  it('throws the last failure, saying how long it waited', async () => {
    const failing = eventually(() => expect(1).toBe(2), { timeoutMs: 60, intervalMs: 5 });
    await expect(failing).rejects.toThrow(/^Not within 60 ms: .*toBe/s);
  });

  it('says so when a condition stays false', async () => {
    await expect(eventually(() => false, { timeoutMs: 30 })).rejects.toThrow('the condition stayed false');
  });

  it('gives up on an attempt that hangs', async () => {
    await expect(eventually(() => new Promise(() => undefined), { timeoutMs: 30 })).rejects.toThrow('never ended');
  });
});
