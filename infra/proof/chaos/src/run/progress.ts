import type { Sample } from '../report/record.ts';
import type { Performance } from './perform.ts';

/** How far a run is, for whoever watches. */
export interface Progress {
  seed: number;
  beganMs: number;
  /** What is being done, when it is no scenario: `starting`, `waiting until nothing moves`. */
  phase: string;
  /** The scenarios begun so far, the last one under way. */
  begun: { name: string; what: string }[];
  /** How many scenarios there will be; unknown in a soak. */
  scenarios?: number;
  /** When a soak ends. */
  untilMs?: number;
  /** What is being done to the system now: `SIGKILL email`. */
  doing: () => string[];
  samples: () => readonly Sample[];
}

/** Who watches a run: a terminal, or a file that somebody reads afterwards. */
export interface Watcher extends Disposable {
  say(line: string): void;
  /** One scenario is over and the system has recovered from it. */
  over(performance: Performance): void;
}
