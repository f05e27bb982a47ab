import type { Random } from '@tributary/e2e';
import type { CrashPoint } from './orders.ts';

/** How often each process passed each point while one crew was at it. */
export type Passed = Record<string, Record<string, number>>;

/** At most one crash per process, all in the course of one crew. */
export type Stage = CrashPoint[];

/** The later, the longer the wait for it, and the surer that it does not come when the crew does things in another order. */
const LATEST = 5;
const certainly = (times: number) => Math.max(1, Math.min(LATEST, Math.floor(times / 3)));

/** Every point of every process once. */
export function stagesOf(passed: Passed, draw: Random): Stage[] {
  const stages: Stage[] = [];
  for (const [process, points] of Object.entries(passed)) {
    for (const [n, [point, times]] of Object.entries(points).entries()) {
      (stages[n] ??= []).push({ process, point, nth: 1 + draw.below(certainly(times)) });
    }
  }
  return stages;
}

/** Stages that are played one after the other without waiting for what was cut off, and judged together. */
export function roundsOf(stages: readonly Stage[], size: number): Stage[][] {
  return Array.from({ length: Math.ceil(stages.length / size) }, (_, n) => stages.slice(n * size, (n + 1) * size));
}
