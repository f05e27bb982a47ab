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
