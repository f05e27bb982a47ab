import { describe, expect, it } from '@jest/globals';
import { InvalidEvent } from '@tributary/contracts';
import { DEFAULT_RETRY_DELAYS_MS, verdictOn } from './delivery-policy.ts';
import { CrashedTheProcess, HandlerTimeout, PermanentFailure } from './errors.ts';
import { Unreadable } from './read-event.ts';

const MINUTES = 60_000;

describe('the delays unless a service says otherwise', () => {
  it('let a mail server or a database be away for hours before anything is dead', () => {
    expect(DEFAULT_RETRY_DELAYS_MS.reduce((sum, delayMs) => sum + delayMs, 0)).toBeGreaterThan(6 * 60 * MINUTES);
  });

  it('bring a fact back within minutes of their return, and soon after a hiccup', () => {
    expect(Math.max(...DEFAULT_RETRY_DELAYS_MS)).toBeLessThanOrEqual(10 * MINUTES);
    expect(DEFAULT_RETRY_DELAYS_MS[0]).toBe(1_000);
  });
});

describe('the verdict on a failed delivery', () => {
  it.each([
    ['not-json', new Unreadable('not-json', '')],
    ['unknown-type', new Unreadable('unknown-type', '')],
    ['invalid-event', new InvalidEvent('')],
    ['permanent-failure', new PermanentFailure('')],
    ['crashed-the-process', new CrashedTheProcess('')],
  ])('is dead as %s at the first attempt', (reason, error) => {
    expect(verdictOn(error, 1, [100])).toEqual({ to: 'dead', reason });
  });

  it.each([new Error('any'), new HandlerTimeout('late'), 'a thrown string', undefined])(
    'is one tier after another for %s',
    (error) => {
      const verdicts = [1, 2, 3].map((attempt) => verdictOn(error, attempt, [100, 500]));
      expect(verdicts).toEqual([
        { to: 'retry', delayMs: 100 },
        { to: 'retry', delayMs: 500 },
        { to: 'dead', reason: 'attempts-exhausted' },
      ]);
    },
  );
});
