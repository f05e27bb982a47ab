import type { Finding, Verdict } from '@tributary/e2e';
import { inShort, judge } from './judge.ts';
import { type CrashPoint, inWords } from './orders.ts';
import { DID_NOT_HAPPEN } from './outcome.ts';
import type { Stage } from './plan.ts';
import type { Next, Scene } from './scene.ts';
import { untilStill } from './stillness.ts';

export interface RoundOptions {
  /** What each process is started with when it has died in this stage. */
  nextAfter: (stage: Stage) => Next;
  /** Milliseconds until what was cut off counts as lost, unless nothing moves before. */
  patienceMs: number;
  /** Lines of earlier verdicts. */
  known: ReadonlySet<string>;
  say: (line: string) => void;
  signal: AbortSignal;
}

export interface RoundOutcome {
  missed: CrashPoint[];
  verdict: Verdict;
  /** What is wrong since this round. */
  fresh: Finding[];
  /** The same in a few words; nothing when all is well. */
  wrong?: string;
  /** The stages whose people it has happened to; all of them when that cannot be told. */
  suspects: Stage[];
}

/** Plays the stages one after the other, waits until everybody is through and nothing moves, and takes the ledger's verdict. */
export async function playRound(scene: Scene, round: readonly Stage[], options: RoundOptions): Promise<RoundOutcome> {
  const { nextAfter, patienceMs, known, say, signal } = options;
  const enough = new AbortController();
  const giveUp = AbortSignal.any([signal, enough.signal]);
  const played = [];
  for (const stage of round) {
    const result = await scene.play(stage, nextAfter(stage), giveUp);
    for (const crash of stage) {
      say(`  ${inWords(crash)}${result.missed.includes(crash) ? `: ${DID_NOT_HAPPEN}` : ''}`);
    }
    played.push({ stage, ...result });
  }

  // One more copy per crash is allowed: of this round's mails, which are all settled when it ends, for this round's crashes.
  const crashes = round.flat().filter(({ process }) => process === 'email').length;
  scene.world.crashes = Math.max(scene.world.crashes, crashes);
  const still = untilStill(scene.world, { timeoutMs: patienceMs, signal: giveUp }).finally(() => enough.abort());
  const problems = (await Promise.all(played.map(({ lives }) => lives))).flat();
  const { verdict, fresh } = await judge(scene.world, known, giveUp);
  enough.abort();
  await still;
  signal.throwIfAborted();

  const who = fresh.map(({ whose }) => scene.world.ledger.accepted.find(({ id }) => id === whose)?.who ?? '');
  const hit = played.filter(({ seeds }) => seeds.some((seed) => who.some((name) => name.startsWith(`${seed}-`))));
  return {
    missed: played.flatMap(({ missed }) => missed),
    verdict,
    fresh,
    wrong: inShort(fresh) || problems[0],
    suspects: (hit.length > 0 ? hit : played).map(({ stage }) => stage),
  };
}
