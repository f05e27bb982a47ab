/** Where idle relay loops sleep. One ring wakes one of them; a ring that finds nobody asleep is kept for the next who would be. */
export class Doorbell {
  readonly #asleep = new Set<() => void>();
  #rung = false;

  ring(): void {
    const [wake] = this.#asleep;
    if (wake) wake();
    else this.#rung = true;
  }

  /** Sleeps until it rings, `ms` have passed or `signal` is aborted. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#rung || signal.aborted) {
      this.#rung = false;
      return;
    }
    const { promise, resolve: wake } = Promise.withResolvers<void>();
    const timer = setTimeout(wake, ms);
    const abort = () => wake();
    signal.addEventListener('abort', abort);
    this.#asleep.add(wake);
    await promise;
    this.#asleep.delete(wake);
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
