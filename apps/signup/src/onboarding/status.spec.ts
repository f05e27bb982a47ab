import { describe, expect, it } from '@jest/globals';
import { revisionOf, statusOf, type Heard } from './status.ts';

const signedUpAt = new Date('2026-01-02T03:04:05.678Z');
const at = new Date('2026-01-02T03:04:06.000Z');
const someone: Heard = { id: 'a', signedUpAt, attempt: 1, workspaceNameAt: signedUpAt, steps: [] };
type Row = Heard['steps'][number];
const row = (step: string, state: Row['state'], reason: string | null = null): Row => ({ step, state, at, reason });
const after = (...steps: Row[]): Heard => ({ ...someone, steps });
const stateOf = (heard: Heard) => Object.fromEntries(statusOf(heard).steps.map(({ name, state }) => [name, state]));

describe('statusOf', () => {
  it('shows the account as done and the rest as pending while nothing has been heard', () => {
    expect(stateOf(someone)).toEqual({ account: 'done', 'welcome-mail': 'pending', workspace: 'pending' });
    expect(statusOf(someone).settled).toBe(false);
    expect(statusOf(someone).steps[1]).not.toHaveProperty('at');
  });

  it.each(['done', 'failed'] as const)('says that the mail is %s, and since when it was waited for', (state) => {
    const [, mail] = statusOf(after(row('welcome-mail', state))).steps;
    expect(mail).toMatchObject({ state, since: signedUpAt.toISOString(), at: at.toISOString() });
  });

  it('waits for the mail about the workspace from when there is one', () => {
    expect(stateOf(after(row('workspace-mail', 'done')))).not.toHaveProperty('workspace-mail');
    const [, , , mail] = statusOf(after(row('workspace', 'done'))).steps;
    expect(mail).toMatchObject({ name: 'workspace-mail', state: 'pending', since: at.toISOString() });
  });

  it('is settled when every step is done', () => {
    const [welcome, workspace, mail] = ['welcome-mail', 'workspace', 'workspace-mail'].map((step) => row(step, 'done'));
    expect(statusOf(after(welcome!, workspace!)).settled).toBe(false);
    expect(statusOf(after(welcome!, mail!)).settled).toBe(false);
    expect(statusOf(after(welcome!, workspace!, mail!)).settled).toBe(true);
  });

  it('asks for another name when the workspace has failed, and expects nothing more', () => {
    const { steps, links, settled } = statusOf(
      after(row('welcome-mail', 'done'), row('workspace', 'failed', 'name-reserved')),
    );
    expect(settled).toBe(true);
    expect(links.workspaceName).toBe('/signups/a/workspace-name');
    expect(steps[2]).toMatchObject({
      state: 'failed',
      reason: 'name-reserved',
      text: expect.stringMatching(/reserved/),
    });
    expect(statusOf(someone).links).not.toHaveProperty('workspaceName');
  });

  it('has words for a reason that this version does not know', () => {
    const [, , workspace] = statusOf(after(row('workspace', 'failed', 'moon-is-full'))).steps;
    expect(workspace).toMatchObject({ reason: 'moon-is-full', text: expect.stringMatching(/Choose another one/) });
  });

  it('waits for a chosen name from when it was chosen', () => {
    const { attempt, steps } = statusOf({ ...someone, attempt: 2, workspaceNameAt: at });
    expect(attempt).toBe(2);
    expect(steps[2]).toMatchObject({ state: 'pending', since: at.toISOString() });
  });

  it('leaves out a step that this version does not know', () => {
    expect(stateOf(after(row('parade', 'done')))).toEqual(stateOf(someone));
  });
});

describe('revisionOf', () => {
  it('differs exactly when the status does', () => {
    const done = after(row('welcome-mail', 'done'));
    expect(revisionOf(statusOf(done))).toBe(revisionOf(statusOf(structuredClone(done))));
    expect(revisionOf(statusOf(done))).not.toBe(revisionOf(statusOf(someone)));
    expect(revisionOf(statusOf({ ...someone, attempt: 2 }))).not.toBe(revisionOf(statusOf(someone)));
  });
});
