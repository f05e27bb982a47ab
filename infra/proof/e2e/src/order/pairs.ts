import { emailPairs } from './email-pairs.ts';
import { type Pair, states } from './pair.ts';

const REMOVED = 'workspace-provisioning.people: somebody who withdrew';
const HAS_ENGINES = (attempt: number) => [
  `workspace-provisioning.people: somebody, name ${attempt} dealt with`,
  'workspace-provisioning.workspaces: "Engines"',
  'workspace-provisioning.memberships: owner of their own workspace',
  'workspace-provisioning.projects: the project "First project"',
];
const USER = ['signup.users: NAME, ADDRESS, who wants "Engines" (name 1)', 'signup.idempotency_keys: the key KEY'];
const JOURNEY = (...reached: string[]) => ['a journey', ...reached].map((what) => `analytics.journeys: ${what}`);

/** Every two facts about one person that a service can hear in either order. */
export const pairs: readonly Pair[] = [
  ...emailPairs,
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
      ...states(
        'workspace-provisioning',
        'workspace.provisioning-failed.v1',
        'workspace.provisioned.v1',
        'workspace.removed.v1',
      ),
    ],
    otherwise: [
      REMOVED,
      ...states('workspace-provisioning', 'workspace.provisioning-failed.v1', 'workspace.removed.v1'),
    ],
  },
  {
    service: 'workspace-provisioning',
    first: 'signed-up-reserved',
    second: 'name-2',
    because:
      'Only when history is read again into an empty database: the second name was chosen because the first had failed.',
    then: 'The second name is the newer attempt; what the signup says about the first is no news any more.',
    end: [
      ...HAS_ENGINES(2),
      ...states('workspace-provisioning', 'workspace.provisioning-failed.v1', 'workspace.provisioned.v1'),
    ],
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
      ...states(
        'workspace-provisioning',
        ...Array<string>(2).fill('workspace.provisioning-failed.v1'),
        'workspace.provisioned.v1',
      ),
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
    because:
      "Two relays: signup's may have published the fact once more, or an effect is published before its cause is confirmed.",
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
