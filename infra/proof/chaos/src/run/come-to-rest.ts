import { setTimeout as delay } from 'node:timers/promises';
import type { Verdict } from '@tributary/e2e';
import type { Recorder } from './recorder.ts';
import type { Target } from './target.ts';

/** What is missing when nothing has moved for so long does not come any more. */
const SILENCE_MS = 20_000;
/** What looks right is looked at again after this time, for what comes too late or once too often. */
const AGAIN_MS = 2_000;

export interface Resting {
  target: Target;
  recorder: Recorder;
  signal: AbortSignal;
  /** When patience is over (milliseconds since 1970): what still waits then, waits in vain. */
  deadline: number;
}

/** Resolves when nothing waits to be published, on a queue or with a consumer, and has not for so long; or when patience is over. */
export async function nothingMoves({ recorder, signal, deadline }: Resting, forMs: number): Promise<void> {
  for (let since = Date.now(); Date.now() - since < forMs && Date.now() < deadline;) {
    await delay(500, undefined, { signal });
    const { backlog, unpublished, complete } = await recorder.waiting();
    const quiet = complete && [...Object.values(backlog), ...Object.values(unpublished)].every((count) => count === 0);
    if (!quiet) since = Date.now();
  }
}

/** The ledger's verdict when nothing moves any more: clean twice, or the same discrepancies for as long as something could still come. */
export async function lastVerdict(resting: Resting): Promise<Verdict> {
  let [verdict, since] = [await look(resting), Date.now()];
  for (;;) {
    const again = await look(resting);
    if (again.lines.join() !== verdict.lines.join()) since = Date.now();
    verdict = again;
    const enough = verdict.lines.length === 0 ? AGAIN_MS : SILENCE_MS;
    if (Date.now() - since >= enough || Date.now() >= resting.deadline) return verdict;
  }
}

async function look(resting: Resting): Promise<Verdict> {
  await nothingMoves(resting, AGAIN_MS);
  return resting.target.verdict();
}
