import type { Random } from '@tributary/e2e';
import type { Fault } from '../run/fault.ts';

export const groups = ['services', 'broker', 'database', 'smtp', 'load'] as const;
export type Group = (typeof groups)[number];

/** What happens, when, and for how long. */
export interface Step {
  /** Per cent of the scenario's people that have come when it begins, 0 to 95; of two, one between them is drawn. */
  at: number | [number, number];
  do: Fault;
  /** Seconds until it ends. 0: it ends as soon as it is under way. */
  for: number;
}

/** One line in one of the files beside this one. */
export interface Scenario {
  /** For `--scenario`: `kill-email`. */
  name: string;
  group: Group;
  /** What is done, in one sentence. */
  what: string;
  /** What must hold besides the ledger's lost 0, doubled 0, unexpected 0. */
  expected: string;
  /** Victims and durations may be drawn; only from `draw`, for the seed must repeat them. */
  steps: (draw: Random) => Step[];
  /** What it cannot do without. Default: everything can run it. */
  needs?: 'processes' | 'cluster' | 'older-broker';
  /** People that sign up meanwhile, where the run's own number would be too few. */
  people?: number;
  /** Signups per second meanwhile, where it is not the run's own rate. */
  perSecond?: number;
  /** Takes longer than the two-minute selection can wait: for `--scenario` and `--soak`. */
  long?: true;
}
