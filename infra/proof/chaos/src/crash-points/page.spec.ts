import { describe, expect, it } from '@jest/globals';
import { moments, type Outcome } from './outcome.ts';
import { crashPointsPage } from './page.ts';

const outcomes: Outcome[] = Object.values(moments).flatMap((point) => [
  { process: 'email', point, nth: 1 },
  { process: 'email-relay', point, nth: 1 },
]);
const page = (changed: readonly Outcome[]) =>
  crashPointsPage(['email', 'email-relay'], { outcomes: changed, seed: 7, accepted: 90, extraCopies: 3 });

describe('docs/crash-points.md', () => {
  it('says how many crashes there were, and what they cost', () => {
    expect(page(outcomes)).toContain('Seed 7: 16 crashes, 0 of them not clean; 90 signups accepted; 3 extra copies');
  });

  it('names who died in each moment that matters', () => {
    expect(page(outcomes)).toMatch(/\| mid-effect +\| after INSERT workspaces +\| email, email-relay +\| ✓ /);
  });

  it('calls a moment unclean when one of those who died there left something behind', () => {
    const [first, ...rest] = outcomes as [Outcome];
    const text = page([{ ...first, wrong: 'lost 1' }, ...rest]);
    expect(text).toContain('16 crashes, 1 of them not clean');
    expect(text).toMatch(/\| before commit +\| before COMMIT +\| email, email-relay +\| not clean \|/);
  });

  it('does not count what was not tried', () => {
    const [first, second, ...rest] = outcomes as [Outcome, Outcome];
    const changed = [{ ...first, wrong: 'lost 1' }, { ...second, wrong: 'not tried' }, ...rest];
    expect(page(changed)).toContain('15 crashes, 1 of them not clean, 1 not tried after that;');
  });

  it('shows services and relays beside their own kind', () => {
    expect(page(outcomes)).toMatch(/\| dies before, after +\| email +\|[^]*\| dies before, after +\| email-relay +\|/);
  });
});
