import { readArguments } from '@tributary/local';
import { mix } from './ledger/mix.ts';
import { summary } from './ledger/verdict.ts';
import { settled } from './settle.ts';
import { PATIENT_WITH_MAIL, startWorld } from './world.ts';

const HELP = `npm run ledger -w @tributary/e2e -- [--signups 5000] [--seed 7] [--at-once 32]

Starts the whole system, lets the people of a seeded mix sign up, choose other names, withdraw and come back, and holds everything
that exists in the end against what was accepted. Needs a build. Exit code 0: lost 0, doubled 0, unexpected 0.`;

/** A mail that overtook its signup comes back after two minutes at most when thousands are waiting, or after ten when it did so again. */
const PATIENCE_MS = 20 * 60_000;

const OPTIONS = {
  signups: { type: 'string', default: '5000' },
  seed: { type: 'string', default: String((Date.now() % 1_000_000) + 1) },
  'at-once': { type: 'string', default: '32' },
  help: { type: 'boolean', short: 'h' },
} as const;

const options = readOptions(process.argv.slice(2));
if (options === undefined) process.exitCode = 1;
else if (options.help) console.log(HELP);
else process.exitCode = await main(...options.figures);

/** Undefined when they are wrong; then that is said. */
function readOptions(args: string[]) {
  try {
    const { help, signups, seed, 'at-once': atOnce } = readArguments(args, OPTIONS, HELP);
    const figures = [signups, seed, atOnce].map(Number) as [number, number, number];
    if (figures.every((figure) => Number.isSafeInteger(figure) && figure > 0)) return { help, figures };
    throw new Error(`--signups, --seed and --at-once are whole numbers from 1.\n\n${HELP}`);
  } catch (error) {
    console.error((error as Error).message);
    return undefined;
  }
}

async function main(signups: number, seed: number, atOnce: number): Promise<number> {
  const began = Date.now();
  const say = (line: string) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}`);
  say(`seed ${seed}, ${signups} signups`);
  const world = await startWorld({ label: 'ledger', environment: PATIENT_WITH_MAIL });
  const progress = setInterval(() => {
    say(`accepted ${world.ledger.accepted.length}, mails ${world.smtp.mails.length}`);
  }, 5_000);
  try {
    say('the system is up');
    await world.play(mix(seed, signups), { atOnce, patienceMs: PATIENCE_MS });
    say('everybody is through, waiting until nothing moves');
    const verdict = await settled(world, { timeoutMs: PATIENCE_MS });
    say(`seed ${seed}: the verdict`);
    console.log(summary(world.ledger, verdict));
    return verdict.lines.length > 0 ? 1 : 0;
  } finally {
    clearInterval(progress);
    await world[Symbol.asyncDispose]();
  }
}
