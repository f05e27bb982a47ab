import type { CrashPoint } from './orders.ts';
import { DID_NOT_HAPPEN, NOT_TRIED, type Outcome } from './outcome.ts';
import type { Stage } from './plan.ts';
import { playRound } from './round.ts';
import type { Scene } from './scene.ts';

/** A mail that is cut off twice waits in a retry tier of two minutes. */
const PATIENCE_MS = 200_000;
/** One that is cut off once, in that of half a minute. */
const PATIENCE_ALONE_MS = 75_000;

interface Options {
  say: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Plays one round after the other, until one is not clean: what was lost stays lost, and is in the way of every later verdict. Then each
 * crash of that round is tried alone, to say which it was.
 * @returns what became of every point
 */
export async function playRounds(
  scene: Scene,
  rounds: readonly Stage[][],
  { say, signal }: Options,
): Promise<Outcome[]> {
  const stages = rounds.flat();
  const outcomes = new Map(
    stages.flat().map((crash): [CrashPoint, Outcome] => [crash, { ...crash, wrong: NOT_TRIED }]),
  );
  const note = (crash: CrashPoint, wrong?: string) => outcomes.set(crash, { ...crash, wrong });
  const nextAfter = (stage: Stage) => (name: string) =>
    stages
      .slice(stages.indexOf(stage) + 1)
      .flat()
      .find(({ process }) => process === name);
  await Promise.all((stages[0] ?? []).map((crash) => scene.victim(crash.process).start(crash)));

  for (const [n, round] of rounds.entries()) {
    const began = Date.now();
    const options = { nextAfter, patienceMs: PATIENCE_MS, known: new Set<string>(), say, signal };
    const { missed, fresh, wrong, suspects, verdict } = await playRound(scene, round, options);
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    say(
      `round ${n + 1} of ${rounds.length}: ${round.flat().length} crashes in ${seconds} s, ${wrong ?? 'lost 0, doubled 0'}, ` +
        `extra copies of mails so far ${verdict.extraCopies}`,
    );
    for (const crash of round.flat()) note(crash, missed.includes(crash) ? DID_NOT_HAPPEN : undefined);
    if (wrong === undefined) continue;
    for (const { line } of fresh.slice(0, 10)) say(`  ${line}`);
    const known = new Set(verdict.lines);
    const others = round.filter((stage) => !suspects.includes(stage));
    let guilty = await tryAlone(scene, suspects.flat(), known, { say, signal });
    // Somebody may have been hit by a crash of the next stage.
    if (guilty.size === 0) guilty = await tryAlone(scene, others.flat(), known, { say, signal });
    for (const [crash, what] of guilty) note(crash, what);
    if (guilty.size === 0) for (const crash of round.flat()) note(crash, `${wrong} (not alone)`);
    break;
  }
  return [...outcomes.values()];
}

/** @returns the crashes after which something is wrong although nobody else died */
async function tryAlone(
  scene: Scene,
  crashes: readonly CrashPoint[],
  known: Set<string>,
  { say, signal }: Options,
): Promise<Map<CrashPoint, string>> {
  say(`  trying ${crashes.length} of its crashes one by one`);
  const guilty = new Map<CrashPoint, string>();
  for (const crash of crashes) {
    await scene.victim(crash.process).start(crash);
    const options = { nextAfter: () => () => undefined, patienceMs: PATIENCE_ALONE_MS, known, say, signal };
    const { fresh, wrong, verdict } = await playRound(scene, [[crash]], options);
    say(`    ${wrong ?? 'clean'}`);
    if (wrong !== undefined) guilty.set(crash, wrong);
    for (const { line } of fresh.slice(0, 3)) say(`    ${line}`);
    for (const line of verdict.lines) known.add(line);
  }
  return guilty;
}
