import { eventually } from '@tributary/testing';
import { judge } from './judge.ts';
import type { Passed } from './plan.ts';
import type { Scene } from './scene.ts';

/**
 * Plays one crew while every process writes down what it passes. Nobody dies.
 * @throws Error when the ledger is not clean already
 */
export async function discover(scene: Scene, processes: readonly string[], signal: AbortSignal): Promise<Passed> {
  const victims = processes.map((process) => scene.victim(process));
  await Promise.all(victims.map((victim) => victim.startRecording()));
  await Promise.all(victims.map((victim) => victim.count()));
  const problems = await scene.playCrew(signal).life;
  const { fresh } = await judge(scene.world, new Set(), AbortSignal.any([signal, AbortSignal.timeout(60_000)]));
  const wrong = [...problems, ...fresh.map(({ line }) => line)];
  if (wrong.length > 0) throw new Error(`nobody was killed, and yet: ${wrong.join('; ')}`);

  const passed = Object.fromEntries(victims.map((victim) => [victim.process, victim.passed()]));
  const relay = victims.find(({ process }) => process === 'analytics-relay');
  if (relay) {
    await scene.victim('analytics').start(); // states that it has joined, which is all that it ever states
    await eventually(() => 'after COMMIT' in relay.passed(), { timeoutMs: 30_000 });
    passed[relay.process] = relay.passed();
  }
  return passed;
}
