/**
 * The steps somebody sees after signing up, in the order shown, with the words for each state.
 * A new step is an entry here and a handler that records the fact it waits for; rows of earlier signups need no change.
 */
export const steps = {
  account: {
    pending: 'Creating your account',
    done: 'Your account is ready',
    failed: 'Your account could not be created',
    late: 'This takes longer than usual. Nothing is accepted yet: leave this page open.',
  },
  'welcome-mail': {
    pending: 'Sending your welcome mail',
    done: 'Your welcome mail is on its way',
    failed: 'Your mail server refused our welcome mail. Your account works all the same.',
    late: 'This takes longer than usual. Nothing is lost: the mail goes out as soon as it can.',
  },
  workspace: {
    pending: 'Preparing your workspace',
    done: 'Your workspace is ready',
    failed: 'Your workspace could not get this name. Choose another one.',
    late: 'This takes longer than usual. Nothing is lost: your workspace comes as soon as it can.',
  },
  'workspace-mail': {
    pending: 'Sending you the way to your workspace',
    done: 'A mail with the way to your workspace is coming',
    failed: 'Your mail server refused our mail about your workspace. The workspace is there all the same.',
    late: 'This takes longer than usual. Nothing is lost: the mail goes out as soon as it can.',
  },
} as const satisfies Record<string, Record<StepState | 'late', string>>;

/** More precise words for a failure whose reason we know. A reason we do not know is a failure like any other. */
const reasons: Record<string, string> = {
  'name-reserved': 'The name you gave your workspace is reserved. Choose another one.',
};

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
  /** Why it failed, for programs. */
  reason?: string;
}

export interface Status {
  id: string;
  /** No step is pending: nothing more happens by itself. */
  settled: boolean;
  /** Which name for the workspace this is about: 1 is the one given at signup. */
  attempt: number;
  steps: StepStatus[];
  /** `workspaceName`: where another name is to be put; only there when one is needed. */
  links: { self: string; events: string; page: string; workspaceName?: string };
}

/** What is stored about one person: the account, and the steps heard of so far. */
export interface Heard {
  id: string;
  signedUpAt: Date;
  attempt: number;
  workspaceNameAt: Date;
  steps: { step: string; state: 'done' | 'failed'; at: Date; reason: string | null }[];
}

/** A step without a row is pending. A row of a step that this version does not know is not shown. */
export function statusOf(heard: Heard): Status {
  const { id, attempt } = heard;
  const shown = stepNames.flatMap((name) => stepOf(name, heard) ?? []);
  const nameNeeded = shown.some(({ name, state }) => name === 'workspace' && state === 'failed');
  const self = `/signups/${id}`;
  return {
    id,
    settled: shown.every(({ state }) => state !== 'pending'),
    attempt,
    steps: shown,
    links: {
      self,
      events: `${self}/events`,
      page: `/welcome/${id}`,
      ...(nameNeeded && { workspaceName: `${self}/workspace-name` }),
    },
  };
}

function stepOf(name: StepName, heard: Heard): StepStatus | undefined {
  const since = waitedForSince(name, heard)?.toISOString();
  if (since === undefined) return undefined;
  if (name === 'account') return { name, state: 'done', text: steps.account.done, since, at: since };
  const row = heard.steps.find(({ step }) => step === name);
  if (!row) return { name, state: 'pending', text: steps[name].pending, since };
  const { state, at, reason } = row;
  const text = (reason && reasons[reason]) || steps[name][state];
  return { name, state, text, since, at: at.toISOString(), ...(reason && { reason }) };
}

/** Undefined: not yet, something else comes first. Nobody waits for the mail about a workspace that there is not. */
function waitedForSince(name: StepName, { signedUpAt, workspaceNameAt, steps }: Heard): Date | undefined {
  if (name === 'workspace') return workspaceNameAt;
  if (name === 'workspace-mail') return steps.find(({ step, state }) => step === 'workspace' && state === 'done')?.at;
  return signedUpAt;
}

/** Equal for equal statuses: the id of a server-sent event, so that a reconnecting browser is not told the same twice. */
export function revisionOf({ attempt, steps }: Status): string {
  const states = steps.map(({ name, state, at }) => `${name}:${state}:${at ? Date.parse(at) : ''}`);
  return [attempt, ...states].join(',');
}
