import { projections } from '../analytics.ts';
import { compare, type Discrepancy } from '../ledger/compare.ts';
import type { Expectation } from '../ledger/entry.ts';
import { expectedOf } from '../ledger/expected.ts';
import { found } from '../ledger/found.ts';
import { observe } from '../ledger/observe.ts';
import type { Random } from '../ledger/random.ts';
import type { World } from '../world.ts';
import type { Courier, Recorded } from './deliver.ts';

/** What the services know from facts: signup's users come from HTTP and stay. */
const FORGETTABLE: Record<string, string> = {
  signup: 'onboarding_steps',
  email: 'people, mails',
  'workspace-provisioning': 'people, workspaces, memberships, projects',
  analytics: 'facts, facts_per_minute, subscriptions, expectations, journeys',
};

/** Databases as empty as on the first day, and an empty mailbox. Nothing may be on its way. */
export async function forgetEverything({ query, smtp, stack }: World): Promise<void> {
  await stack.stop('analytics'); // it keeps in mind how far it has read, which stays right
  for (const [service, tables] of Object.entries(FORGETTABLE)) {
    await query(service, `TRUNCATE ${tables}, messaging.inbox, messaging.outbox`);
  }
  smtp.mails.length = 0;
  await stack.start('analytics');
}

/** Every fact to everybody who hears it, in this order. */
export async function deliverAll({ stack }: World, post: Courier, facts: readonly Recorded[]): Promise<void> {
  for (const { service, hears } of Object.values(stack.topologies)) {
    const heard = service === 'analytics' ? facts : facts.filter(({ event }) => hears.includes(event.type));
    await post.deliver(service, ...heard);
  }
}

/** Fisher and Yates. */
export function shuffled<Item>(items: readonly Item[], draw: Random): Item[] {
  const deck = [...items];
  for (let end = deck.length; end > 1; end--) {
    const chosen = draw.below(end);
    [deck[chosen], deck[end - 1]] = [deck[end - 1] as Item, deck[chosen] as Item];
  }
  return deck;
}

/** What three of the databases, and the mailbox, do not hold as they should after the day, whatever the order it came in. */
export async function wrongAfter(world: World): Promise<Discrepancy[]> {
  const isState = ({ where }: { where: string }) => !where.startsWith('analytics.') && !where.endsWith('.outbox');
  const entries = found(await observe({ ...world, amqpUrl: world.stack.urls.amqp, mails: world.smtp.mails }));
  // Of somebody who withdrew any mail may have been sent or not: that is what the order decides.
  const accepted = world.ledger.accepted.map((it) => (it.withdrawn ? { ...it, withdrawn: 'at-once' as const } : it));
  const expectations = expectedOf({ ...world.ledger, accepted }).map((ways): Expectation =>
    ways.map((way) => way.filter(isState)),
  );
  return compare(expectations, entries.filter(isState));
}

/** Every projection of analytics, field by field, without where in the log a fact stands: it stands elsewhere now. */
export async function knownFacts(world: World): Promise<Record<string, string[]>> {
  const tables = await projections(world);
  const withoutOffset = (row: string) => JSON.stringify({ ...(JSON.parse(row) as object), log_offset: undefined });
  return { ...tables, facts: (tables['facts'] ?? []).map(withoutOffset) };
}
