import { describe, expect, it } from '@jest/globals';
import { impossibleTimes, type Journey } from './outcomes.ts';

const BEGAN = Date.parse('2026-11-23T08:00:00Z');
const step = (at?: string) => [{ name: 'welcome-mail', state: at ? 'done' : 'pending', ...(at && { at }) }];
const journey = (afterMs: number): Journey => ({
  status: 'completed',
  expected: [],
  facts: [{ type: 'user.signed-up.v1', reactions: [{ type: 'mail.sent.v1', service: 'email', afterMs }] }],
});

describe('the times that the check is told', () => {
  it('are right when they are within the time that all of it took', () => {
    expect(impossibleTimes(step('2026-11-23T08:00:01Z'), journey(900), BEGAN, 1_000)).toEqual([]);
    expect(impossibleTimes(step(), undefined, BEGAN, 1_000)).toEqual([]);
  });

  it.each([
    ['from a zone to the west', '2026-11-23T03:00:01Z', -17_999_000],
    ['from a zone to the east', '2026-11-23T13:30:01Z', 19_801_000],
  ])('are wrong %s', (_where, at, ms) => {
    const says = `a possible time: step welcome-mail after ${ms} ms, of 1000 ms that all of it took`;
    expect(impossibleTimes(step(at), journey(900), BEGAN, 1_000)).toEqual([says]);
  });

  it.each([-1, 1_001, NaN])('are wrong where a reaction came after %d of 1000 ms', (afterMs) => {
    const says = `a possible time: mail.sent.v1 of email for user.signed-up.v1 after ${afterMs} ms, of 1000 ms that all of it took`;
    expect(impossibleTimes([], journey(afterMs), BEGAN, 1_000)).toEqual([says]);
  });

  it('are wrong where they are none', () => {
    expect(impossibleTimes(step('soon'), undefined, BEGAN, 1_000)).toHaveLength(1);
  });
});
