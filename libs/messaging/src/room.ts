/** Where any number may be together, or one alone. Who wants to be alone waits until the others have left, and nobody new is let in. */
export class Room {
  #inside = 0;
  /** Those who were or will be alone: one after the other. */
  #line: Promise<unknown> = Promise.resolve();
  #inLine = 0;
  #reserved: PromiseWithResolvers<void> | undefined;
  #empty: (() => void) | undefined;

  async together<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#reserved) await this.#reserved.promise;
    return this.#enter(work);
  }

  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#reserved ??= Promise.withResolvers();
    this.#inLine++;
    const turn = this.#line.then(async () => {
      if (this.#inside > 0) await new Promise<void>((resolve) => (this.#empty = resolve));
      return this.#enter(work);
    });
    this.#line = turn.catch(() => undefined).then(() => this.#leaveLine());
    return turn;
  }

  async #enter<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#inside++;
    try {
      return await work();
    } finally {
      if (--this.#inside === 0) this.#empty?.();
    }
  }

  #leaveLine(): void {
    if (--this.#inLine > 0) return;
    this.#reserved?.resolve();
    this.#reserved = undefined;
  }
}
