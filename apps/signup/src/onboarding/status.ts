/**
 * The steps somebody sees after signing up, in the order shown, with the words for each state.
 * A new step is an entry here and a handler that records the fact it waits for; rows of earlier signups need no change.
 */
export const steps = {
  account: {
    pending: 'Creating your account',
    done: 'Your account is ready',
    failed: 'Your account could not be created',
  },
  'welcome-mail': {
    pending: 'Sending your welcome mail',
    done: 'Your welcome mail is on its way',
    failed: 'Your mail server refused our welcome mail. Your account works all the same.',
  },
} as const satisfies Record<string, Record<StepState, string>>;

export type StepName = keyof typeof steps;
export type StepState = 'pending' | 'done' | 'failed';

export const stepNames = Object.keys(steps) as StepName[];

export interface StepStatus {
  name: StepName;
  state: StepState;
  /** The state in words, for people. */
  text: string;
  /** Waiting since, RFC 3339. */
  since: string;
  /** When it was done or failed; absent while it is pending. */
  at?: string;
}

export interface Status {
  id: string;
  /** No step is pending: nothing more is expected. */
  settled: boolean;
  steps: StepStatus[];
}

/** What is stored about one person: the account, and the steps heard of so far. */
export interface Heard {
  id: string;
  signedUpAt: Date;
  steps: { step: string; state: 'done' | 'failed'; at: Date }[];
}

/** A step without a row is pending. A row of a step that this version does not know is not shown. */
export function statusOf({ id, signedUpAt, steps: heard }: Heard): Status {
  const since = signedUpAt.toISOString();
  const shown = stepNames.map((name): StepStatus => {
    if (name === 'account') return { name, state: 'done', text: steps.account.done, since, at: since };
    const row = heard.find(({ step }) => step === name);
    if (!row) return { name, state: 'pending', text: steps[name].pending, since };
    return { name, state: row.state, text: steps[name][row.state], since, at: row.at.toISOString() };
  });
  return { id, settled: shown.every(({ state }) => state !== 'pending'), steps: shown };
}

/** Equal for equal statuses: the id of a server-sent event, so that a reconnecting browser is not told the same twice. */
export function revisionOf(status: Status): string {
  return status.steps.map(({ name, state, at }) => `${name}:${state}:${at ? Date.parse(at) : ''}`).join(',');
}
