import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '@tributary/e2e';
import { eventually } from '@tributary/testing';
import { COUNT, COUNTING, type CrashPoint, dying, ordersFor } from './orders.ts';

/** One process that is started with orders, told to begin, and watched. */
export class Victim {
  readonly process: string;
  readonly #world: World;
  readonly #report: string;

  /** @param folder for its report */
  constructor(world: World, folder: string, process: string) {
    this.#world = world;
    this.process = process;
    this.#report = join(folder, process);
  }

  /** Starts it: to die there in due course, or as usual. Resolves when it is ready. */
  start(crash?: CrashPoint): Promise<void> {
    return this.#start(crash && ordersFor(this.#report, crash));
  }

  /** Starts it to write down every point that it passes. */
  startRecording(): Promise<void> {
    return this.#start(ordersFor(this.#report));
  }

  async #start(orders?: Record<string, string>): Promise<void> {
    if (this.#status.state !== 'down') await this.#world.stack.stop(this.process);
    writeFileSync(this.#report, '');
    await this.#world.stack.start(this.process, orders);
  }

  /** From now on it counts. */
  async count(): Promise<void> {
    await this.#world.stack.kill(this.process, COUNT);
    await eventually(() => this.#lines().includes(COUNTING));
  }

  /** How often it has passed each point. */
  passed(): Record<string, number> {
    const points = this.#lines().filter((line) => line !== COUNTING);
    return Object.fromEntries([...Map.groupBy(points, (it) => it)].map(([point, times]) => [point, times.length]));
  }

  /** Waits until it is gone. @returns false when patience is over and it has not come to that point */
  async died(point: string, { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal }): Promise<boolean> {
    const over = () => signal.aborted || this.#status.state === 'down';
    await eventually(over, { timeoutMs }).catch(() => undefined);
    signal.throwIfAborted();
    const { state, ended } = this.#status;
    if (state !== 'down') return false;
    if (ended === 'ended by SIGKILL' && this.#lines().includes(dying(point))) return true;
    throw new Error(`${this.process} was to die ${point}, and ${ended}:\n${this.#world.stack.logs(this.process, 12)}`);
  }

  get #status() {
    const status = this.#world.stack.status().find(({ name }) => name === this.process);
    if (!status) throw new Error(`there is no process ${this.process}`);
    return status;
  }

  #lines(): string[] {
    return readFileSync(this.#report, 'utf8').split('\n').filter(Boolean);
  }
}
