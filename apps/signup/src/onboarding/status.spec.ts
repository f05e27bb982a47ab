import { describe, expect, it } from '@jest/globals';
import { revisionOf, statusOf, type Heard } from './status.ts';

const signedUpAt = new Date('2026-01-02T03:04:05.678Z');
const at = new Date('2026-01-02T03:04:06.000Z');
const someone: Heard = { id: 'a', signedUpAt, steps: [] };
const stateOf = (heard: Heard) => Object.fromEntries(statusOf(heard).steps.map(({ name, state }) => [name, state]));

describe('statusOf', () => {
  it('shows the account as done and the mail as pending while nothing has been heard', () => {
    expect(stateOf(someone)).toEqual({ account: 'done', 'welcome-mail': 'pending' });
    expect(statusOf(someone).settled).toBe(false);
    expect(statusOf(someone).steps[1]).not.toHaveProperty('at');
  });

  it.each(['done', 'failed'] as const)('is settled once the mail is %s, and says since when', (state) => {
    const status = statusOf({ ...someone, steps: [{ step: 'welcome-mail', state, at }] });
    expect(status.settled).toBe(true);
    expect(status.steps[1]).toMatchObject({ state, since: signedUpAt.toISOString(), at: at.toISOString() });
  });

  it('leaves out a step that this version does not know', () => {
    expect(stateOf({ ...someone, steps: [{ step: 'parade', state: 'done', at }] })).toEqual(stateOf(someone));
  });
});

describe('revisionOf', () => {
  it('differs exactly when the status does', () => {
    const done = { ...someone, steps: [{ step: 'welcome-mail', state: 'done' as const, at }] };
    expect(revisionOf(statusOf(done))).toBe(revisionOf(statusOf(structuredClone(done))));
    expect(revisionOf(statusOf(done))).not.toBe(revisionOf(statusOf(someone)));
  });
});
