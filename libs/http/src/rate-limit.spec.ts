import { describe, expect, it } from '@jest/globals';
import { RateLimiter } from './rate-limit.ts';

const NOW = 1_000_000;
const GET = { method: 'GET', route: '/' };

/** Whether each of these addresses is let through, one after the other. */
function limiter(perMinute: number) {
  const limits = new RateLimiter(({ method }) => ({ name: method, perMinute }));
  const isAccepted = (ip: string, now = NOW, asked = GET) => limits.refusal(asked, ip, now) === undefined;
  const accepted = (count: number, ip: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => isAccepted(ip(n))).filter(Boolean).length;
  return { limits, isAccepted, accepted };
}
/** Each in a wider network of its own. */
const elsewhere = (n: number) => `2001:db8:${n.toString(16)}::1`;

describe('the rate limiter', () => {
  it('counts a client until its minute is over, and says when that is', () => {
    const { limits, isAccepted } = limiter(2);
    expect([isAccepted('::1'), isAccepted('::1', NOW + 59_999), isAccepted('::1', NOW + 59_999)]).toEqual([
      ...[true, true, false],
    ]);
    expect(limits.refusal(GET, '::1', NOW + 20_000)).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 40 });
    expect(isAccepted('::1', NOW + 60_000)).toBe(true);
  });

  it('forgets nobody, however many others come', () => {
    const { isAccepted, accepted } = limiter(100);
    expect(accepted(100, () => '9.9.9.9')).toBe(100);
    accepted(30_000, (n) => `10.${n >> 8}.${n & 255}.1`);
    expect(isAccepted('9.9.9.9')).toBe(false);
    expect(isAccepted('9.9.8.9')).toBe(true);
  });

  it('lets a wider network have ten times as much as a client, and all of them a thousand times', () => {
    const { accepted } = limiter(3);
    expect(accepted(1_000, (n) => `2001:db9:0:${n}::1`)).toBe(30);
    expect(accepted(4_000, elsewhere)).toBe(2_970);
  });

  it('counts for nobody what it refuses', () => {
    const { accepted } = limiter(1);
    accepted(10_000, () => '192.0.2.1');
    expect(accepted(50, (n) => `192.0.2.${n}`)).toBe(9);
  });

  it('counts requests of another name apart', () => {
    const { isAccepted } = limiter(1);
    expect([isAccepted('::1'), isAccepted('::1', NOW, { ...GET, method: 'POST' })]).toEqual([true, true]);
  });
});
