import type { Mark, Sample } from '../report/record.ts';
import { Gauges, type Waiting } from './gauges.ts';
import type { Target } from './target.ts';

const EVERY_MS = 1_000;

/** Writes down how things stand, once a second, and what is done to the system. */
export class Recorder implements AsyncDisposable {
  readonly samples: Sample[] = [];
  readonly marks: Mark[] = [];
  readonly #began = Date.now();
  readonly #gauges: Gauges;
  readonly #target: Target;
  #ended = false;
  readonly #sampling: Promise<void>;

  constructor(target: Target) {
    this.#target = target;
    this.#gauges = new Gauges(target);
    this.#sampling = this.#sample();
  }

  /** Milliseconds since the run began. */
  now = () => Date.now() - this.#began;

  waiting = (): Promise<Waiting> => this.#gauges.read();

  /** @returns what is called when it is over */
  mark(what: string): () => void {
    const mark: Mark = { fromMs: this.now(), what };
    this.marks.push(mark);
    return () => void (mark.toMs = this.now());
  }

  async #sample(): Promise<void> {
    while (!this.#ended) {
      const next = Date.now() + EVERY_MS;
      const { backlog, unpublished } = await this.waiting();
      const last = this.samples.at(-1);
      this.samples.push({
        atMs: this.now(),
        accepted: this.#target.ledger.accepted.length,
        completed: await this.#target.welcomed().catch(() => last?.completed ?? 0),
        // Whoever cannot be asked, because it is dead just now, has what it had.
        backlog: { ...last?.backlog, ...backlog },
        unpublished: { ...last?.unpublished, ...unpublished },
      });
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - Date.now())));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await this.#sampling;
    await this.#gauges[Symbol.asyncDispose]();
  }
}
