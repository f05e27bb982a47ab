import { randomUUID } from 'node:crypto';
import { eventually } from '../machine/eventually.ts';
import type { Stack } from '../stack/stack.ts';
import { startStack } from '../stack/start-stack.ts';
import { conversationOf, type FactWatch, type SeenFact, watchFacts } from './fact-watch.ts';
import { impossibleTimes, type Journey, journeyInWords, journeyOf, mailsTo, stepsOf } from './outcomes.ts';
import { hearings, joined, unkeptPromises } from './promises.ts';
import { receiveSpans, type SpanReceiver } from './span-receiver.ts';
import { onStopRequest } from './stopping.ts';
import { isWhole, traceTree } from './trace-tree.ts';

const PATIENCE_MS = 30_000;

type Say = (line: string) => void;
interface Watched {
  stack: Stack;
  watch: FactWatch;
  spans: SpanReceiver;
}

/** One signup, from the request to the last reaction. Returns the exit code: 0 when everything came. */
export async function runCheck(say: Say): Promise<number> {
  const abort = new AbortController();
  let stack: Stack | undefined;
  onStopRequest(
    () => abort.abort(),
    () => void stack?.stopAtOnce(),
  );
  const spans = await receiveSpans();
  try {
    stack = await startStack({
      label: 'check',
      onProgress: say,
      signal: abort.signal,
      otlp: spans.endpoint,
      trace: spans.page,
    });
    const watch = await watchFacts(stack.urls.amqp);
    const missing = await followOneSignup({ stack, watch, spans }, say);
    await watch.close();
    say(missing.length ? `\nMissing:\n${missing.map((line) => `  ${line}`).join('\n')}` : '\nEverything arrived.');
    return missing.length ? 1 : 0;
  } finally {
    spans.close();
    await stack?.stop();
  }
}

/** Resolves with what did not come, in words. */
async function followOneSignup({ stack, watch, spans }: Watched, say: Say): Promise<string[]> {
  const email = `ada.${randomUUID().slice(0, 8)}@example.com`;
  const began = Date.now();
  const after = (at = Date.now()) => `${String(Math.round(at - began)).padStart(6)} ms`;
  const answer = await fetch(`${stack.urls.services['signup']}/signups`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, displayName: 'Ada Lovelace', workspaceName: 'Analytical Engines' }),
  });
  say(`\nPOST /signups ${'·'.repeat(20)} ${answer.status} ${after()}`);
  if (answer.status !== 202) return [`202 for the signup: ${answer.status} ${await answer.text()}`];
  const { id } = (await answer.json()) as { id: string };
  const conversation = () => conversationOf(watch.facts, ({ event }) => event.subject === id);

  const owed = () => missingFacts(stack, watch, conversation());
  await arrives('every fact', async () => owed().length === 0);
  const missing = owed();
  const rest = missing.length ? 3000 : PATIENCE_MS; // when a fact is missing, what follows from it is
  const all = conversation();
  const sent = all.filter(({ event }) => event.type === 'mail.sent.v1').length;
  const isOver = ({ facts, expected }: Journey) => facts.length === all.length && expected.length === 0;
  const late = await Promise.all([
    arrives('every step done', async () => (await stepsOf(stack, id)).every(({ state }) => state === 'done'), rest),
    arrives(`${sent} mails in MailDev`, async () => (await mailsTo(stack, email)).length >= sent, rest),
    arrives('the journey in analytics, nothing expected', async () => isOver(await journeyOf(stack, id)), rest),
    arrives('the trace, whole and through all services', async () => isTraced(stack, watch, spans, all), rest),
  ]);
  missing.push(...late.filter((what) => what !== undefined));

  for (const { event, at } of all) {
    say(`${event.type.padEnd(34, ' ')} ${after(at)}   stated by ${event.source.replace('/', '')}`);
  }
  // Whoever does not answer is missing already.
  const steps = await stepsOf(stack, id).catch(() => []);
  for (const { name, state, at } of steps) {
    say(`step ${name.padEnd(29)} ${at ? after(Date.parse(at)) : ' '.repeat(9)}   ${state}`);
  }
  for (const { subject } of await mailsTo(stack, email).catch(() => [])) say(`mail "${subject}"`);
  const journey = await journeyOf(stack, id).catch(() => undefined);
  if (journey) journeyInWords(journey).forEach(say);
  missing.push(...impossibleTimes(steps, journey, began, Date.now() - began));
  const trace = spans.trace(all[0]?.traceId ?? '');
  if (trace.length) say(`\n${traceTree(trace).join('\n')}`);
  return missing;
}

/** Who has not said what it promises, and what of it did not come. */
function missingFacts(stack: Stack, { facts }: FactWatch, conversation: SeenFact[]): string[] {
  if (conversation.length === 0) return ['the signup as a fact in the event log'];
  const services = joined(eventsOf(facts));
  const silent = Object.keys(stack.topologies).filter((service) => !services.has(service));
  return [
    ...silent.map((service) => `service.joined.v1 from ${service}`),
    ...unkeptPromises(services.values(), eventsOf(conversation)),
  ];
}

/** Every fact is sent once and handled by everybody who hears it, all of it below one request; every service takes part. */
function isTraced(stack: Stack, { facts }: FactWatch, spans: SpanReceiver, conversation: SeenFact[]): boolean {
  const trace = spans.trace(conversation[0]?.traceId ?? '');
  const count = (verb: string) => trace.filter(({ name }) => name.startsWith(`${verb} `)).length;
  const heard = hearings(joined(eventsOf(facts)).values(), eventsOf(conversation));
  const services = new Set(trace.map(({ service }) => service));
  const complete = count('send') >= conversation.length && count('process') >= heard;
  return complete && isWhole(trace) && Object.keys(stack.topologies).every((it) => services.has(it));
}

const eventsOf = (facts: readonly SeenFact[]) => facts.map(({ event }) => event);

async function arrives(what: string, attempt: () => Promise<boolean>, timeoutMs = PATIENCE_MS) {
  return eventually(what, attempt, { timeoutMs }).then(
    () => undefined,
    () => what,
  );
}
