import { askRunningDemo, controls, type Control } from './demo/control.ts';
import { runCheck } from './demo/check.ts';
import { runDemo } from './demo/run-demo.ts';

const HELP = `npm run demo                       the whole system on this machine, without Docker; Ctrl-C stops it and leaves nothing
npm run demo -- --check            one signup from the request to the last reaction; exit code 0 when everything came
npm run demo -- --help

While it runs, from another terminal:
npm run demo -- status             every process, and whether it is up
npm run demo -- kill email         as an accident would (SIGKILL); it stays down until you start it
npm run demo -- stop email         in an orderly way
npm run demo -- start email        also: restart email
npm run demo -- logs email         the end of its log (all logs: .tributary/logs)
npm run demo -- catch-up email     gives it from the event log what it hears and has not handled
npm run demo -- stop               everything`;

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
  if (rest.length || verb === '--help' || verb === '-h') return rest.length ? fail(HELP) : (say(HELP), 0);
  if (verb === '--check') return runCheck(say);
  if (verb !== undefined) {
    if (!controls.includes(verb as Control)) return fail(`There is no "${verb}".\n\n${HELP}`);
    const answer = await askRunningDemo(verb as Control, name);
    if (!answer) return fail('No demo of this copy is running: npm run demo');
    return answer.ok ? (say(answer.text), 0) : fail(answer.text);
  }
  if (await askRunningDemo('status')) {
    return fail('A demo of this copy is already running. See npm run demo -- --help');
  }
  return runDemo(say);
}
