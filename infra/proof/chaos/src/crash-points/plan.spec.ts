import { random } from '@tributary/e2e';
import { describe, expect, it } from '@jest/globals';
import { roundsOf, stagesOf } from './plan.ts';

const passed = {
  signup: { 'before COMMIT': 30, 'after COMMIT': 30, 'before 202 to PUT': 2 },
  email: { 'after sendMail': 9 },
};

describe('the plan', () => {
  it('kills every process once at every point that it passes, and never twice in one stage', () => {
    const stages = stagesOf(passed, random(1));
    expect(stages.map((stage) => stage.map(({ process, point }) => `${process} ${point}`))).toEqual([
      ['signup before COMMIT', 'email after sendMail'],
      ['signup after COMMIT'],
      ['signup before 202 to PUT'],
    ]);
  });

  it('waits for no more calls than are certain to come', () => {
    const drawn = Array.from({ length: 200 }, (_, seed) => stagesOf(passed, random(seed)).flat());
    const latest = (point: string) =>
      Math.max(
        ...drawn
          .flat()
          .filter((it) => it.point === point)
          .map(({ nth }) => nth),
      );
    expect(latest('before 202 to PUT')).toBe(1);
    expect(latest('after sendMail')).toBe(3);
    expect(latest('before COMMIT')).toBe(5);
  });

  it('is the same for the same seed', () => {
    expect(stagesOf(passed, random(7))).toEqual(stagesOf(passed, random(7)));
    expect(stagesOf(passed, random(7))).not.toEqual(stagesOf(passed, random(9)));
  });

  it('makes rounds of as many stages as may be judged together', () => {
    expect(roundsOf(stagesOf(passed, random(1)), 2).map(({ length }) => length)).toEqual([2, 1]);
  });
});
