import { describe, expect, it } from '@jest/globals';
import { MAX_SMTP_TIMEOUT_MS, RECORDING_MS, RETRY_DELAYS_MS, SENDING } from './limits.ts';

const MINUTES = 60_000;
const HOURS = 60 * MINUTES;

describe('the limits', () => {
  it('let a mail server be away for hours before its mails are dead', () => {
    const all = RETRY_DELAYS_MS.reduce((sum, delayMs) => sum + delayMs, 0);
    expect(all).toBeGreaterThan(6 * HOURS);
  });

  it('bring a mail back within minutes of the server, and soon after a hiccup', () => {
    expect(Math.max(...RETRY_DELAYS_MS)).toBeLessThanOrEqual(10 * MINUTES);
    expect(RETRY_DELAYS_MS[0]).toBe(1_000);
  });

  it('let an attempt end and be recorded before the handler counts as failed', () => {
    expect(SENDING.timeoutMs).toBeGreaterThan(MAX_SMTP_TIMEOUT_MS + RECORDING_MS);
  });

  it('answer the broker long before it gives up on the consumer', () => {
    expect(SENDING.timeoutMs).toBeLessThan(10 * MINUTES);
  });
});
