import { randomUUID } from 'node:crypto';
import { eventually } from '../machine/eventually.ts';
import type { Stack } from '../stack/stack.ts';
import { startStack } from '../stack/start-stack.ts';
import { watchFacts, type FactWatch, type SeenFact } from './fact-watch.ts';
import { receiveSpans, type SpanReceiver } from './span-receiver.ts';
import { onStopRequest } from './stopping.ts';
import { isWhole, traceTree } from './trace-tree.ts';

const PATIENCE_MS = 30_000;

/** One signup, from the request to the last reaction. Returns the exit code: 0 when everything came. */
export async function runCheck(say: (line: string) => void): Promise<number> {
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
    });
    const facts = await watchFacts(stack.urls.amqp);
    const missing = await followOneSignup(stack, facts, spans, say);
    await facts.close();
    say(missing.length ? `\nMissing:\n${missing.map((line) => `  ${line}`).join('\n')}` : '\nEverything arrived.');
    return missing.length ? 1 : 0;
  } finally {
    spans.close();
    await stack?.stop();
  }
}

/** Resolves with what did not come, in words. */
async function followOneSignup(
  stack: Stack,
  facts: FactWatch,
  spans: SpanReceiver,
  say: (line: string) => void,
): Promise<string[]> {
  const email = `ada.${randomUUID().slice(0, 8)}@example.com`;
  const signup = stack.urls.services['signup'] ?? '';
  const began = Date.now();
  const after = (at = Date.now()) => `${String(Math.round(at - began)).padStart(6)} ms`;
  const answer = await fetch(`${signup}/signups`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, displayName: 'Ada Lovelace', workspaceName: 'Analytical Engines' }),
  });
  say(`\nPOST /signups ${'·'.repeat(20)} ${answer.status} ${after()}`);
  if (answer.status !== 202) return [`202 for the signup: ${answer.status} ${await answer.text()}`];
  const { id, statusUrl } = (await answer.json()) as { id: string; statusUrl: string };
  const conversation = () => facts.of(({ event }) => event.subject === id);

  const waits = [
    wait('every reaction stated as a fact', async () => missingReactions(stack, conversation()).length === 0),
    wait('every step of GET /signups/:id done', async () => (await status(signup, statusUrl)).settled),
    wait(`a mail to ${email} in MailDev`, async () => (await mailsTo(stack, email)).length > 0),
  ];
  const [, ...late] = await Promise.all(waits); // which reactions are missing is said by name
  const missing = late.filter((what) => what !== undefined);
  missing.push(...missingReactions(stack, conversation()));
  for (const { event, at } of conversation()) {
    say(`${event.type.padEnd(34, ' ')} ${after(at)}   stated by ${event.source.replace('/', '')}`);
  }
  for (const { name, state, at } of (await status(signup, statusUrl)).steps) {
    say(`step ${name.padEnd(20)} ${state.padEnd(8)} ${at ? after(Date.parse(at)) : ''}`);
    if (state !== 'done') missing.push(`the step ${name}: ${state}`);
  }
  for (const { subject } of await mailsTo(stack, email)) say(`mail "${subject}"`);
  missing.push(...(await showTrace(spans, conversation(), missing.length ? 3000 : PATIENCE_MS, say)));
  return missing;
}

/** Whoever hears the first fact and states facts at all must have stated one that was caused by it. */
function missingReactions(stack: Stack, conversation: SeenFact[]): string[] {
  const first = conversation.find(({ event }) => !event.causationid)?.event;
  if (!first) return ['the signup as a fact on the broker'];
  const reacted = (service: string) =>
    conversation.some(({ event }) => event.causationid === first.id && event.source === `/${service}`);
  return Object.values(stack.topologies)
    .filter(({ hears, states, service }) => hears.includes(first.type) && states.length && !reacted(service))
    .map(({ service, states }) => `a fact from ${service} (${states.join(' or ')})`);
}

async function showTrace(
  spans: SpanReceiver,
  conversation: SeenFact[],
  patienceMs: number,
  say: (line: string) => void,
): Promise<string[]> {
  const ofSignup = () => spans.trace(conversation[0]?.traceId ?? '');
  // Every fact is published once and handled at least once: that many spans must be there beside the request's.
  const complete = async () => isWhole(ofSignup()) && ofSignup().length > 2 * conversation.length;
  const late = await wait('the trace of the signup, whole', complete, patienceMs);
  if (ofSignup().length) say(`\n${traceTree(ofSignup()).join('\n')}`);
  return late ? [late] : [];
}

async function wait(
  what: string,
  attempt: () => Promise<boolean>,
  timeoutMs = PATIENCE_MS,
): Promise<string | undefined> {
  return eventually(what, attempt, { timeoutMs }).then(
    () => undefined,
    () => what,
  );
}

interface Status {
  settled: boolean;
  steps: { name: string; state: string; at?: string }[];
}
async function status(signup: string, path: string): Promise<Status> {
  return (await (await fetch(new URL(path, signup))).json()) as Status;
}

async function mailsTo(stack: Stack, address: string): Promise<{ subject: string }[]> {
  const response = await fetch(`${stack.urls.mail}/api/email`);
  const mails = (await response.json()) as { subject: string; to: { address: string }[] }[];
  return mails.filter(({ to }) => to.some((recipient) => recipient.address === address));
}
