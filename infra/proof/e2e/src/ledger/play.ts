import type { Ledger, Signup } from './ledger.ts';
import type { Intent } from './mix.ts';
import { Player } from './player.ts';
import { Pool } from './pool.ts';

export interface PlayOptions {
  /** Base URL of signup. */
  signup: string;
  /** Signups at once, default 32. */
  atOnce?: number;
  /** Milliseconds that one person waits for an answer or for news of theirs, default 120,000. */
  patienceMs?: number;
  /** Waited for before the n-th person, counted from 0, signs up: the pace. */
  turn?: (n: number) => Promise<void>;
  /** From then on nobody waits for news any more. */
  giveUp?: AbortSignal;
}

/** How many wait for news of theirs at once. */
const WAITING_AT_ONCE = 64;

/**
 * Does over HTTP what the people of the mix intend, and writes into the ledger what was accepted.
 * @returns the signups, in the order of their acceptance
 * @throws Error when somebody's patience is over, or an answer is none that they can have
 */
export async function play(mix: readonly Intent[], ledger: Ledger, options: PlayOptions): Promise<Signup[]> {
  const accepted: Signup[] = [];
  const { signup, patienceMs = 120_000, giveUp } = options;
  const player = new Player(ledger, { signup, patienceMs, giveUp });
  const signingUp = new Pool(options.atOnce ?? 32);
  const waiting = new Pool(WAITING_AT_ONCE);

  const live = async (intent: Intent, n?: number): Promise<void> => {
    const signup = await signingUp.run(async () => {
      if (n !== undefined) await options.turn?.(n);
      return begin(player, intent);
    });
    if (!signup) return;
    accepted.push(signup);
    await waiting.run(() => goOn(player, intent, signup));
    if (intent.comesBack) await live(again(intent));
  };
  const lives = await Promise.allSettled(mix.map((intent, n) => live(intent, n)));
  for (const life of lives) if (life.status === 'rejected') throw life.reason;
  return accepted;
}

async function begin(player: Player, intent: Intent): Promise<Signup | undefined> {
  const signup = await player.signUp(intent);
  if (signup && intent.withdraws === 'at-once' && intent.workspaceNames.length === 1) {
    await player.withdraw(signup, 'at-once');
  }
  return signup;
}

async function goOn(
  player: Player,
  { workspaceNames: [, ...others], withdraws }: Intent,
  signup: Signup,
): Promise<void> {
  for (const name of others) {
    await player.until(signup, 'when-failed');
    await player.choose(signup, name);
  }
  if (!withdraws || signup.withdrawn) return;
  if (withdraws !== 'at-once') await player.until(signup, withdraws);
  await player.withdraw(signup, withdraws);
}

const again = (intent: Intent): Intent => ({
  ...intent,
  who: `${intent.who}-again`,
  idempotencyKey: `${intent.idempotencyKey}-again`,
  withdraws: undefined,
  comesBack: false,
});
