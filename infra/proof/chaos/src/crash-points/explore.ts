import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { random, startWorld, verdictOf } from '@tributary/e2e';
import { logFolder, repository, services } from '@tributary/local';
import { discover } from './discover.ts';
import { uncovered } from './outcome.ts';
import { crashPointsPage, tables } from './page.ts';
import { roundsOf, stagesOf } from './plan.ts';
import { playRounds } from './rounds.ts';
import { Scene } from './scene.ts';

export interface ExploreOptions {
  say: (line: string) => void;
  seed: number;
  /** Only processes whose name begins so. */
  only?: string;
  /** Ends it and leaves nothing behind. */
  signal: AbortSignal;
}

/** Judged together. More of them are quicker, and a mail that is cut off in the first is settled 37 s later. */
const STAGES_PER_ROUND = 5;

/** Folder of the logs, and of what each process wrote about its points. */
const LABEL = 'crash-point-explorer';

const PROCESSES = services.flatMap(({ name }) => [name, `${name}-relay`]);

/**
 * Finds out what every process does to the database, the broker, the mail server and its callers; kills it before and after each of these;
 * and holds what exists against what was accepted. A full run writes docs/crash-points.md.
 * @returns the exit code: 0 when every crash happened, and nothing was lost or done twice
 * @throws Error when the system does not come up, or something is wrong before anybody was killed
 */
export async function explore({ say, seed, only, signal }: ExploreOptions): Promise<number> {
  const processes = PROCESSES.filter((name) => name.startsWith(only ?? ''));
  if (processes.length === 0) {
    say(`No process begins with "${only}". There are: ${PROCESSES.join(', ')}`);
    return 1;
  }
  say(`seed ${seed}: starting the system`);
  await using world = await startWorld({ label: LABEL, build: true, traces: false, signal });
  const folder = join(logFolder, LABEL, 'points');
  mkdirSync(folder);
  const scene = new Scene(world, { seed, folder });
  say('looking at what each process passes');
  const passed = await discover(scene, processes, signal);
  const rounds = roundsOf(stagesOf(passed, random(seed)), STAGES_PER_ROUND);
  say(`${rounds.flat(2).length} crashes in ${rounds.length} rounds`);
  const outcomes = await playRounds(scene, rounds, { say, signal });
  const { extraCopies } = await verdictOf(world);
  for (const text of tables(processes, outcomes)) say(`\n${text}\n`);
  const missing = only === undefined ? uncovered(outcomes) : [];
  if (missing.length > 0) say(`nobody died ${missing.join(', nor ')}`);
  if (only === undefined) {
    const figures = { outcomes, seed, accepted: world.ledger.accepted.length, extraCopies };
    writeFileSync(join(repository, 'docs/crash-points.md'), crashPointsPage(processes, figures));
    say('written: docs/crash-points.md');
  }
  return missing.length > 0 || outcomes.some(({ wrong }) => wrong) ? 1 : 0;
}
