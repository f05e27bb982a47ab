import { type StackOptions, startStack } from '../stack/start-stack.ts';
import type { ProcessStatus, Stack } from '../stack/stack.ts';
import { EndedOnRequest } from '../stack/supervised-process.ts';
import { listenForControls } from './control.ts';
import { CTRL_C, keyHelp, nameOf, readKeys } from './keys.ts';
import { changeLine, examples, keyOf, pages, processKey, statusTable, welcome } from './screen.ts';
import { receiveSpans, type SpanReceiver } from './span-receiver.ts';
import { onStopRequest } from './stopping.ts';
import { terminal } from './terminal.ts';
import { traceTree } from './trace-tree.ts';

/** Starts everything, or the given parts, and keeps it running until asked to stop. Returns the exit code. */
export async function runDemo(say: (line: string) => void, parts: Pick<StackOptions, 'only' | 'label'> = {}) {
  const abort = new AbortController();
  const stopped = Promise.withResolvers<void>();
  let stack: Stack | undefined;
  const askToStop = onStopRequest(
    () => {
      say('\nStopping. (Ctrl-C again: at once)');
      abort.abort();
      stopped.resolve();
    },
    () => void stack?.stopAtOnce(),
  );
  const spans = await receiveSpans();
  const closeControls = await listenForControls(() => stack, askToStop);
  try {
    stack = await startStack({
      label: 'demo',
      ...parts,
      onProgress: say,
      signal: abort.signal,
      otlp: spans.endpoint,
      trace: spans.page,
    });
    const quiet = announceChanges(stack, say);
    const demo = { stack, spans, say, askToStop };
    const giveBack = readKeys((key) => obeyKey(key, demo));
    greet(demo);
    await stopped.promise;
    quiet();
    giveBack();
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  } finally {
    closeControls();
    spans.close();
    await stack?.stop();
  }
  say('Stopped: no process and no data is left.');
  return 0;
}

interface Demo {
  stack: Stack;
  spans: SpanReceiver;
  say: (line: string) => void;
  askToStop: () => void;
}

function greet({ stack, say }: Demo): void {
  const screen = terminal();
  say(welcome(stack.urls, process.uptime(), screen));
  if (!process.stdin.isTTY) say(examples(stack.urls));
  say(`${statusTable(stack.status(), screen)}\n`);
  say(keyHelpOf(stack));
}

const keyHelpOf = ({ names }: Stack) => keyHelp(keyOf(names, names.at(-1) ?? ''));

/** A process that goes down or comes back while the demo runs is said once. */
function announceChanges(stack: Stack, say: (line: string) => void): () => void {
  const show = (status: ProcessStatus) => {
    if (status.state !== 'stopping') say(changeLine(status, keyOf(stack.names, status.name), terminal()));
  };
  stack.changes.on('state', show);
  return () => stack.changes.off('state', show);
}

/** Returns whether the key has a meaning. */
function obeyKey(key: string, { stack, spans, say, askToStop }: Demo): boolean {
  const meanings: Record<string, () => void> = {
    [CTRL_C]: askToStop,
    q: askToStop,
    s: () => say(`\n${pages(stack.urls)}\n\n${statusTable(stack.status(), terminal())}\n`),
    t: () => say(`\n${traceTree(spans.latest()).join('\n') || 'No trace yet: sign up first.'}\n`),
    x: () => say(examples(stack.urls)),
    '?': () => say(`\n${keyHelpOf(stack)}\n`),
  };
  const name = processKey(stack.names, key);
  const act = meanings[key] ?? (name && (() => killOrStart(stack, name, say)));
  if (act) act();
  else say(`  ${nameOf(key)} does nothing: ? lists the keys.`);
  return Boolean(act);
}

function killOrStart(stack: Stack, name: string, say: (line: string) => void): void {
  const isThere = stack.status().some((status) => status.name === name && status.pid);
  const act = isThere ? stack.kill(name) : stack.start(name);
  act.catch((error: Error) => {
    if (!(error instanceof EndedOnRequest)) say(`  ${error.message}`);
  });
}
