interface Running<Subject> {
  subject: Subject;
  expiresAt: number;
  reject(error: Error): void;
}

/**
 * Gives every piece of work the same time. All wait equally long, so the first to start is the first to expire and one slow
 * timer looks at the front of the row: a timer per message would cost more than a no-op handler.
 */
export class Deadlines<Subject> {
  readonly #timeoutMs: number;
  readonly #onLate: (subject: Subject) => Error;
  readonly #running = new Set<Running<Subject>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number, onLate: (subject: Subject) => Error) {
    this.#timeoutMs = timeoutMs;
    this.#onLate = onLate;
  }

  /** Settles as `work` does, or rejects with what `onLate` makes of the subject, at most 250 ms after the time was up. */
  race<Result>(work: Promise<Result>, subject: Subject): Promise<Result> {
    return new Promise((resolve, reject) => {
      const running = { subject, expiresAt: performance.now() + this.#timeoutMs, reject };
      this.#running.add(running);
      this.#timer ??= setInterval(() => this.#sweep(), Math.min(250, this.#timeoutMs / 10)).unref();
      work.then(
        (result) => {
          this.#running.delete(running);
          resolve(result);
        },
        (error) => {
          this.#running.delete(running);
          reject(error);
        },
      );
    });
  }

  #sweep(): void {
    const now = performance.now();
    for (const running of this.#running) {
      if (running.expiresAt > now) return;
      this.#running.delete(running);
      running.reject(this.#onLate(running.subject));
    }
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
