import {
  conversationOf,
  hearings,
  isWhole,
  joined,
  type SeenFact,
  traceTree,
  unkeptPromises,
  watchFacts,
} from '@tributary/local';
import { eventually } from '@tributary/testing';
import { traceIn } from './jaeger.ts';
import { isSettled, signUp, type World } from './world.ts';

/**
 * One signup, from the request to the last reaction: every promised fact, every step, the mails, the journey in analytics, and one trace
 * through all services in Jaeger.
 * @returns what came, for people
 */
export async function followOneSignup(world: World): Promise<string[]> {
  const { at, mailbox, topologies } = world;
  const watch = await watchFacts(at.amqp());
  try {
    const signup = await signUp(world, 'first');
    const conversation = () => conversationOf(watch.facts, ({ event }) => event.subject === signup.id);
    await eventually(() => nothingOwed(topologies, watch.facts, conversation()), { timeoutMs: 30_000 });
    const facts = conversation();
    await eventually(() => isSettled(world, signup), { timeoutMs: 30_000, intervalMs: 200 });
    const stated = facts.filter(({ event }) => event.type === 'mail.sent.v1').length;
    const mails = await eventually(async () => atLeast(stated, await mailbox.to(signup.address)));
    const trace = await eventually(
      async () => {
        const spans = await traceIn(at.jaeger, facts[0]?.traceId ?? '');
        const expected = 1 + facts.length + hearings(joined(eventsOf(watch.facts)).values(), eventsOf(facts));
        const services = new Set(spans.map(({ service }) => service));
        const silent = topologies.filter(({ service }) => !services.has(service)).map(({ service }) => service);
        if (silent.length > 0) throw new Error(`the trace in Jaeger has no span of ${silent.join(', ')}`);
        if (spans.length < expected) throw new Error(`the trace in Jaeger has ${spans.length} of ${expected} spans`);
        if (!isWhole(spans)) throw new Error('the trace in Jaeger is in pieces');
        return spans;
      },
      { timeoutMs: 30_000, intervalMs: 500 },
    );
    return [
      ...facts.map(({ event }) => `${event.type.padEnd(34)} stated by ${event.source.replace('/', '')}`),
      ...mails.map((subject) => `mail "${subject}"`),
      '',
      ...traceTree(trace),
    ];
  } finally {
    await watch.close();
  }
}

/** @throws Error that names who owes what */
function nothingOwed(services: World['topologies'], facts: readonly SeenFact[], conversation: SeenFact[]): true {
  const known = joined(eventsOf(facts));
  const silent = services.filter(({ service }) => !known.has(service));
  const owed = [
    ...silent.map(({ service }) => `service.joined.v1 of ${service}`),
    ...(conversation.length ? unkeptPromises(known.values(), eventsOf(conversation)) : ['user.signed-up.v1']),
  ];
  if (owed.length > 0) throw new Error(`still missing: ${owed.join('; ')}`);
  return true;
}

function atLeast(count: number, mails: string[]): string[] {
  if (mails.length < count) throw new Error(`MailDev has ${mails.length} of ${count} mails`);
  return mails;
}

const eventsOf = (facts: readonly SeenFact[]) => facts.map(({ event }) => event);
