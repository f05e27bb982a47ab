import { describe, expect, it } from '@jest/globals';
import type { Course } from './arrivals.ts';
import type { Outcome } from './burst.ts';
import { figures, type Existing } from './figures.ts';

const course: Course = { perSecond: 1, forMs: 60_000, deadFromMs: 20_000, deadToMs: 40_000, lookAfterMs: 60_000 };

const outcome = (who: string, more: Partial<Outcome> = {}): Outcome => ({
  person: { who, email: `${who}@example.com`, displayName: who, workspaceName: 'Engines', atMs: 10_000 },
  requests: 1,
  answerMs: 10,
  ...more,
});
const mail = (who: string, subject = 'Welcome') => ({ to: [`${who}@example.com`], headers: { subject } });
const account = (who: string) => ({ id: `id-${who}`, email: `${who}@example.com` });

const ada = outcome('ada', { id: 'id-ada' });
const bob = outcome('bob', { requests: 2 });
const nothing: Existing = { accounts: [], owners: [], mails: [] };

describe('the figures of a system', () => {
  it('count whoever has account, workspace and mail as complete', () => {
    const existing = { accounts: [account('ada')], owners: ['id-ada'], mails: [mail('ada'), mail('ada', 'Ready')] };
    expect(figures([ada], existing, course)).toMatchObject({
      people: 1,
      accepted: 1,
      failed: 0,
      complete: 1,
      halfDone: 0,
      writtenToTwice: 0,
    });
  });

  it.each([
    ['no workspace', { accounts: [account('bob')], owners: [], mails: [mail('bob')] }],
    ['no mail', { accounts: [account('bob')], owners: ['id-bob'], mails: [] }],
  ])('count an account with %s as half-done', (_, existing) => {
    expect(figures([bob], existing, course)).toMatchObject({ failed: 1, requests: 2, complete: 0, halfDone: 1 });
  });

  it('leave out of both whoever has nothing at all', () => {
    expect(figures([bob], nothing, course)).toMatchObject({ failed: 1, complete: 0, halfDone: 0, welcomedAnyway: 0 });
  });

  it('name it when somebody was told no and welcomed all the same', () => {
    const existing = { accounts: [account('bob')], owners: [], mails: [mail('bob')] };
    expect(figures([ada, bob], existing, course)).toMatchObject({ failed: 1, welcomedAnyway: 1 });
  });

  it('count the same mail to the same person again, and not another mail or another person', () => {
    const mails = [mail('ada'), mail('ada'), mail('ada'), mail('ada', 'Ready'), mail('bob')];
    expect(figures([ada, bob], { ...nothing, mails }, course)).toMatchObject({ writtenToTwice: 1, surplusMails: 2 });
  });

  it('measure answers only while all was well, and not those of a process that has just started', () => {
    const at = (atMs: number, answerMs: number) => outcome(`p${atMs}`, { person: { ...ada.person, atMs }, answerMs });
    const outcomes = [at(100, 900), at(19_999, 30), at(6_000, 10), at(7_000, 20), at(20_000, 5_000), at(50_000, 5_000)];
    expect(figures(outcomes, nothing, course)).toMatchObject({ p50: 20, p99: 30 });
  });
});
