import { describe, expect, it } from '@jest/globals';
import { figures } from './figures.ts';

const MB = 2 ** 20;

describe('the figures of a backlog', () => {
  const text = figures({
    waiting: 100_000,
    memory: {
      idle: { email: 100 * MB, broker: 150 * MB },
      whileWaiting: { broker: 180 * MB },
      atMost: { email: 120 * MB, broker: 210 * MB },
    },
    rates: { email: { rate: { facts: 100_000, perSecond: 8_000 }, raw: { facts: 100_000, perSecond: 20_000 } } },
  });
  const lineOf = (name: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`  ${name} `))
      .map((line) => line.trim().split(/ {2,}/));

  it('hold the most memory against what was there before, and a process that was down is said to be', () => {
    expect(lineOf('broker')).toEqual([['broker', '150 MB', '180 MB', '210 MB', '1.40']]);
    expect(lineOf('email')[0]).toEqual(['email', '100 MB', 'down', '120 MB', '1.20']);
    expect(text).toContain('of idle, target 1.25');
  });

  it('hold the rate against that of a consumer that does nothing', () => {
    expect(lineOf('email')[1]).toEqual(['email', '100,000', '8,000/s', '20,000/s', '0.40']);
    expect(text).toContain('of that, target 0.7');
  });
});
