import { type Answer, askRunningDemo, controls, type Control } from './demo/control.ts';
import { runCheck } from './demo/check.ts';
import { leftoversInWords } from './demo/leftovers.ts';
import { runDemo } from './demo/run-demo.ts';
import { pages, statusTable } from './demo/screen.ts';
import { terminal } from './demo/terminal.ts';
import { cleanLeftovers, findLeftovers } from './stack/run-folder.ts';

const HELP = `npm run demo                     the whole system without Docker;
                                 Ctrl-C stops it, leaves nothing
npm run demo -- --check          one signup, all that follows from it;
                                 exit code 0 when everything came
npm run demo -- --help

While it runs, from another terminal:
npm run demo -- status           addresses and processes
npm run demo -- kill email       as an accident would (SIGKILL);
                                 it stays down until you start it
npm run demo -- stop email       in an orderly way
npm run demo -- start email      also: restart email
npm run demo -- logs email       the end of its log
                                 (all of them: .tributary/logs)
npm run demo -- catch-up email   gives it from the event log what it
                                 hears and has not handled
npm run demo -- stop             everything`;

const say = (line: string) => console.log(line);
const fail = (message: string) => {
  console.error(message);
  return 1;
};

// The terminal may have been closed: nobody reads on, and there still is a system to stop.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => fail(`\n${error.message}`));
if (process.connected) process.disconnect();

async function main([verb, name, ...rest]: string[]): Promise<number> {
  if (verb === '--help' || verb === '-h') return (say(HELP), 0);
  if (verb === '--check' && name === undefined) return runCheck(say);
  if (verb === undefined) return start();
  if (!controls.includes(verb as Control))
    return fail(`There is no "${[verb, name].filter(Boolean).join(' ')}".\n\n${HELP}`);
  if (rest.length || name?.startsWith('-')) return fail(`Not understood: ${[name, ...rest].join(' ')}\n\n${HELP}`);
  return control(verb as Control, name);
}

async function start(): Promise<number> {
  const running = await askRunningDemo('status');
  if (!running) return runDemo(say);
  fail('A demo of this copy is already running. All that can be done with it:\nnpm run demo -- --help\n');
  show(running);
  return 1;
}

async function control(verb: Control, name: string | undefined): Promise<number> {
  const answer = await askRunningDemo(verb, name);
  if (answer) return show(answer);
  const leftovers = findLeftovers();
  if (verb === 'stop' && name === undefined && leftovers.length > 0) {
    for (const line of await cleanLeftovers()) say(line);
    return 0;
  }
  return fail(
    ['No demo of this copy is running: npm run demo', leftoversInWords(leftovers)].filter(Boolean).join('\n\n'),
  );
}

/** Returns the exit code. */
function show({ ok, text, urls, processes }: Answer): number {
  const parts = [urls && pages(urls), processes && statusTable(processes, terminal()), text];
  const shown = parts.filter((part) => part !== undefined).join('\n\n');
  return ok ? (say(shown), 0) : fail(shown);
}
