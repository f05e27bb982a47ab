import { describe, expect, it } from '@jest/globals';
import { MAX_SMTP_TIMEOUT_MS, RECORDING_MS, WELCOMING } from './limits.ts';

const MINUTES = 60_000;

describe('the limits', () => {
  it('let an attempt end and be recorded before the handler counts as failed', () => {
    expect(WELCOMING.timeoutMs).toBeGreaterThan(MAX_SMTP_TIMEOUT_MS + RECORDING_MS);
  });

  it('answer the broker long before it gives up on the consumer', () => {
    expect(WELCOMING.timeoutMs).toBeLessThan(10 * MINUTES);
  });
});
