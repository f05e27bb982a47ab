import { describe, expect, it } from '@jest/globals';
import { comeAgain, crew } from './crew.ts';

const seeds = Array.from({ length: 200 }, (_, n) => n * 1_000);

describe('the crew', () => {
  it('is complete whatever the seed', () => {
    for (const people of seeds.map(crew)) {
      expect(new Set(people.map(({ who }) => who)).size).toBe(16);
      expect(people.filter(({ withdraws }) => withdraws)).toHaveLength(6);
      expect(people.filter(({ workspaceNames }) => workspaceNames.length > 1).length).toBeGreaterThanOrEqual(3);
    }
  });

  it('has some whose mail is tried again, once, and some whose mail is not; of nobody else is anything asked', () => {
    for (const seed of seeds) {
      const emails = crew(seed).map(({ email }) => email.toLowerCase());
      const refused = (of: number, attempt: number) => emails.filter((email) => comeAgain(of)(email, attempt));
      expect(refused(seed, 1).length).toBeGreaterThan(0);
      expect(refused(seed, 1).length).toBeLessThan(emails.length);
      expect([...refused(seed, 2), ...refused(seed + 1, 1)]).toEqual([]);
    }
  });
});
