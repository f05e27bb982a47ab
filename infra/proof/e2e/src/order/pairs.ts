/** The facts that a pair is made of: what each is, `facts-of.ts` knows. */
export type FactName =
  | 'signed-up'
  | 'signed-up-reserved'
  | 'name-2'
  | 'name-2-reserved'
  | 'name-3'
  | 'provisioned'
  | 'provisioned-2'
  | 'failed'
  | 'welcome-sent'
  | 'welcome-refused'
  | 'ready-sent'
  | 'withdrawn'
  | 'removed';

/** Two facts about one person that a service can hear in either order. */
export interface Pair {
  /** Who hears them. */
  service: 'signup' | 'email' | 'workspace-provisioning' | 'analytics';
  /** Heard before either, because both follow from it. */
  before?: FactName;
  /** In the order in which they were stated, or would be. */
  first: FactName;
  second: FactName;
  /** How the second can be heard first. */
  because: string;
  /** What the service does then. */
  then: string;
  /** What it holds in the end, and what it has stated: entries of the ledger. */
  end: string[];
  /** Where the order makes a difference that is meant: the end when the second came first. */
  otherwise?: string[];
}

const KNOWN = 'email.people: NAME, ADDRESS';
const FORGOTTEN = 'email.people: somebody who withdrew';
const REMOVED = 'workspace-provisioning.people: somebody who withdrew';
const HAS_ENGINES = (attempt: number) => [
  `workspace-provisioning.people: somebody, name ${attempt} dealt with`,
  'workspace-provisioning.workspaces: "Engines"',
  'workspace-provisioning.memberships: owner of their own workspace',
  'workspace-provisioning.projects: the project "First project"',
];
const USER = ['signup.users: NAME, ADDRESS, who wants "Engines" (name 1)', 'signup.idempotency_keys: the key KEY'];
const JOURNEY = (...reached: string[]) => ['a journey', ...reached].map((what) => `analytics.journeys: ${what}`);
const states = (service: string, ...types: string[]) => types.map((type) => `${service}.outbox: ${type} is not published`);
const sent = (service: string, count: number) => states(service, ...Array<string>(count).fill('mail.sent.v1'));

export const pairs: readonly Pair[] = [
  {
    service: 'email',
    first: 'signed-up',
    second: 'provisioned',
    because: 'Another queue: the signup waits behind others while the workspace is there already.',
    then: 'It does not know where to write yet: an ordinary error, tried again through the backoff tiers until the signup has brought the address.',
    end: [KNOWN, 'email.mails: welcome: sent', 'email.mails: workspace-ready: sent', ...sent('email', 2)],
  },
  {
    service: 'email',
    first: 'signed-up-reserved',
    second: 'failed',
    because: 'Another queue, as above.',
    then: 'As above.',
    end: [KNOWN, 'email.mails: welcome: sent', 'email.mails: workspace-failed (attempt-1): sent', ...sent('email', 2)],
  },
  {
    service: 'email',
    before: 'signed-up-reserved',
    first: 'failed',
    second: 'provisioned-2',
    because: 'Another queue: news of the second name overtake the mail about the first.',
    then: 'Both mails are sent: each has its own occasion, and its own promise.',
    end: [
      KNOWN,
      'email.mails: welcome: sent',
      'email.mails: workspace-failed (attempt-1): sent',
      'email.mails: workspace-ready: sent',
      ...sent('email', 3),
    ],
  },
  {
    service: 'email',
    first: 'signed-up',
    second: 'withdrawn',
    because: 'Another queue: the signup waits behind others, or is tried again after an error.',
    then: 'The withdrawal leaves a row with the id and nothing else; the signup finds it, keeps no address and sends nothing.',
    end: [FORGOTTEN, 'email.mails: welcome: sent', ...states('email', 'mail.sent.v1', 'mail-address.forgotten.v1')],
    otherwise: [FORGOTTEN, 'email.mails: welcome: suppressed', ...states('email', 'mail-address.forgotten.v1')],
  },
  {
    service: 'email',
    before: 'signed-up',
    first: 'provisioned',
    second: 'withdrawn',
    because: 'Another queue, or an attempt that failed.',
    then: 'No mail about a workspace that is being removed.',
    end: [
      FORGOTTEN,
      'email.mails: welcome: sent',
      'email.mails: workspace-ready: sent',
      ...sent('email', 2),
      ...states('email', 'mail-address.forgotten.v1'),
    ],
    otherwise: [
      FORGOTTEN,
      'email.mails: welcome: sent',
      'email.mails: workspace-ready: suppressed',
      ...states('email', 'mail.sent.v1', 'mail-address.forgotten.v1'),
    ],
  },
  {
    service: 'email',
    before: 'signed-up-reserved',
    first: 'failed',
    second: 'withdrawn',
    because: 'As above.',
    then: 'No mail that asks somebody who has left for another name.',
    end: [
      FORGOTTEN,
      'email.mails: welcome: sent',
      'email.mails: workspace-failed (attempt-1): sent',
      ...sent('email', 2),
      ...states('email', 'mail-address.forgotten.v1'),
    ],
    otherwise: [
      FORGOTTEN,
      'email.mails: welcome: sent',
      'email.mails: workspace-failed (attempt-1): suppressed',
      ...states('email', 'mail.sent.v1', 'mail-address.forgotten.v1'),
    ],
  },
  {
    service: 'workspace-provisioning',
    first: 'signed-up',
    second: 'withdrawn',
    because: 'Another queue: the signup waits behind others, or is tried again after an error.',
    then: 'Nothing is made. That it is gone is stated all the same: others wait for it.',
    end: [REMOVED, ...states('workspace-provisioning', 'workspace.provisioned.v1', 'workspace.removed.v1')],
    otherwise: [REMOVED, ...states('workspace-provisioning', 'workspace.removed.v1')],
  },
  {
    service: 'workspace-provisioning',
    before: 'signed-up-reserved',
    first: 'name-2',
    second: 'withdrawn',
    because: 'Another queue, as above.',
    then: 'As above: the name comes too late.',
    end: [
      REMOVED,
      ...states('workspace-provisioning', 'workspace.provisioning-failed.v1', 'workspace.provisioned.v1', 'workspace.removed.v1'),
    ],
    otherwise: [REMOVED, ...states('workspace-provisioning', 'workspace.provisioning-failed.v1', 'workspace.removed.v1')],
  },
  {
    service: 'workspace-provisioning',
    first: 'signed-up-reserved',
    second: 'name-2',
    because: 'Only when history is read again into an empty database: the second name was chosen because the first had failed.',
    then: 'The second name is the newer attempt; what the signup says about the first is no news any more.',
    end: [...HAS_ENGINES(2), ...states('workspace-provisioning', 'workspace.provisioning-failed.v1', 'workspace.provisioned.v1')],
    otherwise: [...HAS_ENGINES(2), ...states('workspace-provisioning', 'workspace.provisioned.v1')],
  },
  {
    service: 'workspace-provisioning',
    before: 'signed-up-reserved',
    first: 'name-2-reserved',
    second: 'name-3',
    because: 'Only when history is read again, as above: one queue, but an attempt that failed comes back later.',
    then: 'As above.',
    end: [
      ...HAS_ENGINES(3),
      ...states('workspace-provisioning', ...Array<string>(2).fill('workspace.provisioning-failed.v1'), 'workspace.provisioned.v1'),
    ],
    otherwise: [
      ...HAS_ENGINES(3),
      ...states('workspace-provisioning', 'workspace.provisioning-failed.v1', 'workspace.provisioned.v1'),
    ],
  },
  {
    service: 'signup',
    first: 'provisioned',
    second: 'ready-sent',
    because: 'Another queue, and another relay.',
    then: 'Each fact is a row of its own; the page shows the mail only beside the workspace.',
    end: [...USER, 'signup.onboarding_steps: workspace: done', 'signup.onboarding_steps: workspace-mail: done'],
  },
  {
    service: 'signup',
    first: 'welcome-sent',
    second: 'provisioned',
    because: 'Two services, as fast as they are.',
    then: 'Each fact is a row of its own.',
    end: [...USER, 'signup.onboarding_steps: welcome-mail: done', 'signup.onboarding_steps: workspace: done'],
  },
  {
    service: 'signup',
    first: 'welcome-refused',
    second: 'welcome-sent',
    because: 'An operator has put a refused mail back, and the first fact was tried again meanwhile.',
    then: 'Done wins: a mail that was sent has not failed.',
    end: [...USER, 'signup.onboarding_steps: welcome-mail: done'],
  },
  {
    service: 'analytics',
    first: 'signed-up',
    second: 'welcome-sent',
    because: "Two relays: signup's may have published the fact once more, or an effect is published before its cause is confirmed.",
    then: 'Every table is a function of the set of facts: the cause finds its effect when it comes.',
    end: [
      'analytics.facts: user.signed-up.v1 by signup',
      'analytics.facts: mail.sent.v1 (welcome) by email',
      'analytics.expectations: email on user.signed-up.v1 by signup: kept',
      'analytics.expectations: workspace-provisioning on user.signed-up.v1 by signup: still open',
      ...JOURNEY('signed_up', 'welcomed'),
    ],
  },
  {
    service: 'analytics',
    first: 'signed-up',
    second: 'withdrawn',
    because: 'Two rows of one outbox are published at once.',
    then: 'As above. Nothing is owed any more but the undoing.',
    end: [
      'analytics.facts: user.signed-up.v1 by signup',
      'analytics.facts: user.withdrawn.v1 by signup',
      'analytics.expectations: email on user.signed-up.v1 by signup: waived',
      'analytics.expectations: workspace-provisioning on user.signed-up.v1 by signup: waived',
      'analytics.expectations: email on user.withdrawn.v1 by signup: still open',
      'analytics.expectations: workspace-provisioning on user.withdrawn.v1 by signup: still open',
      ...JOURNEY('signed_up', 'withdrawn'),
    ],
  },
  {
    service: 'analytics',
    first: 'withdrawn',
    second: 'removed',
    because: 'Two relays, as above.',
    then: 'As above: the promise was kept before it was known.',
    end: [
      'analytics.facts: user.withdrawn.v1 by signup',
      'analytics.facts: workspace.removed.v1 by workspace-provisioning',
      'analytics.expectations: email on user.withdrawn.v1 by signup: still open',
      'analytics.expectations: workspace-provisioning on user.withdrawn.v1 by signup: kept',
      ...JOURNEY('withdrawn'),
    ],
  },
];
