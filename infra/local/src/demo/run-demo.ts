import { startStack } from '../stack/start-stack.ts';
import type { ProcessStatus, Stack } from '../stack/stack.ts';
import { listenForControls } from './control.ts';
import { CTRL_C, readKeys } from './keys.ts';
import { keyHelp, processKey, statusLine, statusTable, welcome } from './screen.ts';
import { receiveSpans, type SpanReceiver } from './span-receiver.ts';
import { onStopRequest } from './stopping.ts';
import { traceTree } from './trace-tree.ts';

/** Starts everything and keeps it running until asked to stop. Returns the exit code. */
export async function runDemo(say: (line: string) => void): Promise<number> {
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
      onProgress: say,
      signal: abort.signal,
      otlp: spans.endpoint,
      trace: spans.page,
    });
    const quiet = announceChanges(stack, say);
    const giveBack = readKeys((key) => obeyKey(key, { stack: stack as Stack, spans, say, askToStop }));
    say(welcome(stack));
    say(`${statusTable(stack).join('\n')}\n`);
    say(keyHelp);
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

/** A process that goes down or comes back while the demo runs is said once. */
function announceChanges(stack: Stack, say: (line: string) => void): () => void {
  const show = (status: ProcessStatus) => {
    const key = statusTable(stack)[stack.names.indexOf(status.name)]?.trim()[0];
    const hint = status.state === 'down' || status.state === 'stopped' ? `   (press ${key} to start it again)` : '';
    if (status.state !== 'stopping') say(`  ${statusLine(status).replace(/ +0 s$/, '')}${hint}`);
  };
  stack.changes.on('state', show);
  return () => stack.changes.off('state', show);
}

interface Demo {
  stack: Stack;
  spans: SpanReceiver;
  say: (line: string) => void;
  askToStop: () => void;
}

function obeyKey(key: string, { stack, spans, say, askToStop }: Demo): void {
  if (key === CTRL_C || key === 'q') return askToStop();
  if (key === 's') return say(`\n${statusTable(stack).join('\n')}\n`);
  if (key === 't') return say(`\n${traceTree(spans.latest()).join('\n') || 'No trace yet: sign somebody up.'}\n`);
  const name = processKey(stack.names, key);
  const process = stack.status().find((status) => status.name === name);
  if (!name || !process) return;
  const act = process.pid ? stack.kill(name) : stack.start(name);
  act.catch((error: Error) => say(`  ${error.message}`));
}
