/** One window, counted in rows. */
export interface Turn {
  claimed: number;
  /** Confirmed or found guilty. */
  cleared: number;
  /** Failed together. */
  suspects: number;
}

/**
 * How many rows may be in flight. Normally a window per loop. A channel error blames nobody: it fails whatever is in flight on the channel.
 * So as many rows as were in flight then go one by one, and nothing beside them: who fails alone is guilty.
 */
export class Pace {
  readonly #windowSize: number;
  readonly #waiting: (() => void)[] = [];
  #windows = 0;
  #suspects = 0;

  constructor(windowSize: number) {
    this.#windowSize = windowSize;
  }

  /** Waits for its turn. @returns how many rows to claim; call `end` afterwards, whatever happens */
  async begin(): Promise<number> {
    while (this.#suspects > 0 && this.#windows > 0) await new Promise<void>((wake) => this.#waiting.push(wake));
    this.#windows++;
    return this.#suspects > 0 ? 1 : this.#windowSize;
  }

  /** @param turn what came of it; none when the database failed, which says nothing about the rows */
  end(limit: number, turn?: Turn): void {
    this.#windows--;
    if (turn && limit > 1) this.#suspects += turn.suspects;
    // Nothing to claim: another relay has them, or they wait for their next attempt.
    else if (turn) this.#suspects = turn.claimed === 0 ? 0 : Math.max(0, this.#suspects - turn.cleared);
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
