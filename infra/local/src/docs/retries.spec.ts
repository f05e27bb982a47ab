import { expect, it } from '@jest/globals';
import { retriesTable, scheduleInWords } from './retries.ts';

it('a schedule is told with the same delay in a row once', () => {
  expect(scheduleInWords([1_000, 5_000, 600_000, 600_000, 600_000])).toBe('1 s, 5 s, 10 min (3 times)');
  expect(scheduleInWords([])).toBe('–');
});

it('the table says how often and how long', () => {
  const retries = { service: 'email', retryDelaysMs: [1_000, 5_000, 3_600_000, 3_600_000] };
  expect(retriesTable([retries])).toContain('| `email` | 1 s, 5 s, 60 min (2 times) | 4       | 2 h 6 s |');
});
