import { describe, expect, it } from '@jest/globals';
import { choreographyMap, factsTable, hearersOf, type Participant, reactionsTable } from './choreography.ts';
import { replaceBlock, table } from './markdown.ts';

const joined = 'service.joined.v1';
const signup: Participant = {
  service: 'signup',
  readsLog: false,
  hears: [{ type: 'mail.sent.v1', promises: [] }],
  states: ['user.signed-up.v1', joined],
};
const email: Participant = {
  service: 'email',
  readsLog: false,
  hears: [{ type: 'user.signed-up.v1', promises: ['mail.sent.v1', 'mail.failed.v1'], withinMs: 60_000 }],
  states: ['mail.sent.v1', 'mail.failed.v1', joined],
};
const analytics: Participant = { service: 'analytics', readsLog: true, hears: [], states: [joined] };
const all = [signup, email, analytics];

describe('the map', () => {
  it('has an arrow for every pair that talks, with the facts that go that way', () => {
    const arrows = choreographyMap(all)
      .split('\n')
      .filter((line) => line.includes('-->'));
    expect(arrows).toEqual(['  signup -- "user.signed-up.v1" --> email', '  email -- "mail.sent.v1" --> signup']);
  });

  it('shows who reads the log', () => {
    expect(choreographyMap(all)).toContain('  signup & email -. "every fact" .-> log\n  log ==> analytics\n');
  });
});

describe('the tables', () => {
  it('say who hears a fact, be it in the log', () => {
    expect(hearersOf('user.signed-up.v1', all)).toEqual(['email', 'analytics']);
    expect(factsTable(all)).toMatch(/\| `mail\.sent\.v1` +\| email +\| signup, analytics +\|/);
  });

  it('say what is promised and how soon', () => {
    expect(reactionsTable([email])).toMatch(
      /`user\.signed-up\.v1` \| `mail\.sent\.v1` or `mail\.failed\.v1` \| 1 min +\|$/,
    );
  });

  it('are set as Prettier sets them', () => {
    expect(
      table([
        ['a', 'b|'],
        ['long', ''],
      ]),
    ).toBe('| a    | b\\| |\n| ---- | --- |\n| long |     |');
  });
});

describe('a block in a page', () => {
  const page = 'before\n<!-- docs: map -->\nold\n<!-- docs: end -->\nafter\n';

  it('is replaced between its marks, and again with the same result', () => {
    const once = replaceBlock(page, 'map', 'new');
    expect(once).toBe('before\n<!-- docs: map -->\n\nnew\n\n<!-- docs: end -->\nafter\n');
    expect(replaceBlock(once, 'map', 'new')).toBe(once);
  });

  it('is missed when somebody has removed it', () => {
    expect(() => replaceBlock(page, 'facts', 'new')).toThrow('no <!-- docs: facts -->');
  });
});
