import type { CrashPoint } from './orders.ts';

/** What became of one crash. */
export interface Outcome extends CrashPoint {
  /** Nothing when the ledger was clean afterwards; else what was lost or doubled, or that the crash did not happen. */
  wrong?: string;
}

export const DID_NOT_HAPPEN = 'did not happen';
export const NOT_TRIED = 'not tried';

/** The moments that a system like this one has to survive, in words, and the point that each is. */
export const moments: Record<string, string> = {
  'before commit': 'before COMMIT',
  'after commit, before the response': 'before 202 to POST',
  'after publish, before the confirm': 'before confirm',
  'after the confirm, before the delete': 'before DELETE outbox',
  'after receive, before the inbox': 'after receive',
  'mid-effect': 'after INSERT workspaces',
  'after SMTP 250, before the record': 'after sendMail',
  'after commit, before the ack': 'before ack',
};

const NEVER = [DID_NOT_HAPPEN, NOT_TRIED];

/** Moments that nobody died in. */
export const uncovered = (outcomes: readonly Outcome[]) =>
  Object.entries(moments)
    .filter(([, point]) => !outcomes.some((outcome) => outcome.point === point && !NEVER.includes(outcome.wrong ?? '')))
    .map(([moment]) => moment);
