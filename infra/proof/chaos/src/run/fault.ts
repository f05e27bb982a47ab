import type { Target } from './target.ts';

/** Ends what was begun: everything is as it was. */
export type End = () => Promise<void>;

/** Told what was seen that must not be, although the ledger may be clean: `signup took 12 s to stop`. The scenario then fails. */
export type Note = (problem: string) => void;

/** Something bad that can be done to a system, and undone. */
export interface Fault {
  /** In words, for the screen and the report: `SIGKILL email`. */
  what: string;
  /** Resolves when it is under way. The end is called once, also when the run is interrupted; it may note things too. */
  begin(target: Target, note: Note): Promise<End>;
}
