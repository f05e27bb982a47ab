import type { ReceivedMail } from '@tributary/testing';
import type { Course } from './arrivals.ts';
import type { Outcome } from './burst.ts';

/** What a system has in the end. */
export interface Existing {
  accounts: { id: string; email: string }[];
  /** Ids of people who have a workspace. */
  owners: string[];
  mails: readonly Pick<ReceivedMail, 'to' | 'headers'>[];
}

export interface Figures {
  people: number;
  requests: number;
  accepted: number;
  failed: number;
  /** Account, workspace and mail. */
  complete: number;
  /** An account, but no workspace or no mail. */
  halfDone: number;
  /** Told that it failed, and written to all the same. */
  welcomedAnyway: number;
  /** Whoever got the same mail more than once, and how many mails that were beyond the first. */
  writtenToTwice: number;
  surplusMails: number;
  /** Milliseconds to the answer while all was well. */
  p50: number;
  p99: number;
}

/** The first signups of a fresh process are slow in any system. */
const WARM_MS = 5_000;

export function figures(outcomes: readonly Outcome[], existing: Existing, { deadFromMs }: Course): Figures {
  const owners = new Set(existing.owners);
  const ids = new Map(existing.accounts.map(({ id, email }) => [email, id]));
  const mails = new Map<string, number>();
  for (const { to, headers } of existing.mails) {
    const mail = JSON.stringify([to, headers['subject']]);
    mails.set(mail, (mails.get(mail) ?? 0) + 1);
  }
  const writtenTo = new Set(existing.mails.flatMap(({ to }) => to));
  const isComplete = (email: string) => owners.has(ids.get(email) ?? '') && writtenTo.has(email);
  const emails = outcomes.map(({ person }) => person.email);
  const failed = outcomes.filter(({ id }) => id === undefined);
  const repeated = [...mails].filter(([, copies]) => copies > 1);
  const well = outcomes.filter(
    ({ person: { atMs } }) => atMs >= Math.min(WARM_MS, deadFromMs / 2) && atMs < deadFromMs,
  );
  const times = well.map(({ answerMs }) => answerMs).sort((a, b) => a - b);
  return {
    people: outcomes.length,
    requests: outcomes.reduce((sum, { requests }) => sum + requests, 0),
    accepted: outcomes.length - failed.length,
    failed: failed.length,
    complete: emails.filter(isComplete).length,
    halfDone: emails.filter((email) => ids.has(email) && !isComplete(email)).length,
    welcomedAnyway: failed.filter(({ person }) => writtenTo.has(person.email)).length,
    writtenToTwice: new Set(repeated.map(([mail]) => (JSON.parse(mail) as [string[]])[0].join())).size,
    surplusMails: repeated.reduce((sum, [, copies]) => sum + copies - 1, 0),
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  };
}

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
