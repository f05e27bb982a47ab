import { code, table } from '@tributary/local';
import type { FactName, Pair } from './pair.ts';

/** What each fact is called for people. */
const called: Record<FactName, string> = {
  'signed-up': `${code('user.signed-up.v1')}`,
  'signed-up-reserved': `${code('user.signed-up.v1')} with a reserved name`,
  'name-2': `${code('workspace-name.chosen.v1')}, the second name`,
  'name-2-reserved': `${code('workspace-name.chosen.v1')}, a second reserved name`,
  'name-3': `${code('workspace-name.chosen.v1')}, the third name`,
  provisioned: `${code('workspace.provisioned.v1')}`,
  'provisioned-2': `${code('workspace.provisioned.v1')} of the second name`,
  failed: `${code('workspace.provisioning-failed.v1')} of the first name`,
  'welcome-sent': `${code('mail.sent.v1')} (welcome)`,
  'welcome-refused': `${code('mail.failed.v1')} (welcome)`,
  'ready-sent': `${code('mail.sent.v1')} (workspace-ready)`,
  withdrawn: `${code('user.withdrawn.v1')}`,
  removed: `${code('workspace.removed.v1')}`,
};

/** `docs/order.md`. */
export function orderPage(pairs: readonly Pair[]): string {
  const rows = pairs.map(({ service, first, second, because, then }) => [
    service,
    called[second],
    called[first],
    because,
    then,
  ]);
  return `# Which facts can overtake each other, and what happens then

_Written from \`infra/proof/e2e/src/order/pairs.ts\` by the test that delivers every pair in both orders. Change that, not this page._

Order is not promised: every fact has a queue of its own, a failed attempt comes back later, relays differ in speed, and a fact may be published twice. So each service copes with every pair of
facts about one person that it can hear the other way round. A fact that comes twice is recognised by its id; any other pair concerns different rows, or different people.

${table([['heard by', 'can come before', 'this', 'because', 'what happens'], ...rows])}

Beyond the pairs: a whole day's facts, shuffled and with repeats, delivered into empty databases end in the same state.
`;
}
