import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@tributary/telemetry';

const log = logger('lifecycle');

/** Orchestrators kill a process 10 to 30 s after they asked it to stop; by then we have said what hung. */
const STOP_DEADLINE_MS = 10_000;

interface Closer {
  name: string;
  close: () => unknown;
  /** How long it is waited for. */
  limitMs?: number;
}

/** The end of a process: what has to be closed, in which order, and who may ask for it. */
export class Lifecycle {
  readonly #controller = new AbortController();
  readonly #closers: Closer[] = [];

  /** Aborted as soon as stopping begins: waiting ends, readiness is false. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * What was started last is closed first.
   * @param limitMs how long it is waited for; without, what hangs is an error and ends the process
   */
  onStop(name: string, close: () => unknown, limitMs?: number): void {
    this.#closers.push({ name, close, limitMs });
  }

  /** SIGTERM and SIGINT stop in order, a second one at once; an error nobody caught is logged and ends the process with 1. */
  watchProcess(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.#signalled(signal));
    // Unhandled rejections arrive here too. Nothing is closed in order: after an unknown failure nothing can be trusted,
    // and what was not finished is delivered again.
    process.on('uncaughtException', (err, origin) => {
      log.fatal({ err }, origin === 'unhandledRejection' ? 'a rejection nobody handled' : 'an error nobody caught');
      process.exit(1);
    });
  }

  /** Closes everything and ends the process: with `code`, or with 1 when something fails to close or takes too long. */
  async stop(reason: string, code = 0): Promise<never> {
    log.info(`stopping: ${reason}`);
    this.#controller.abort(new Error(`stopping: ${reason}`));
    let closing = 'nothing';
    setTimeout(() => {
      log.fatal(
        { hanging: closing },
        `not stopped within ${STOP_DEADLINE_MS / 1000} s, still waiting for the ${closing}`,
      );
      process.exit(1);
    }, STOP_DEADLINE_MS);
    // Popped, not iterated: a start that was under way may still add something.
    for (let last = this.#closers.pop(); last; last = this.#closers.pop()) {
      closing = last.name;
      try {
        await closed(last);
      } catch (err) {
        code = 1;
        log.error({ err }, `could not close the ${last.name}`);
      }
    }
    log.info('stopped');
    process.exit(code);
  }

  #signalled(signal: NodeJS.Signals): void {
    if (!this.signal.aborted) return void this.stop(signal);
    log.warn(`${signal} again: ending at once`);
    process.exit(1);
  }
}

async function closed({ name, close, limitMs }: Closer): Promise<void> {
  const closing = Promise.resolve(close());
  if (limitMs === undefined) return void (await closing);
  const late = delay(limitMs, 'late', { ref: false });
  if ((await Promise.race([closing, late])) === 'late') log.warn(`did not wait for the ${name} any longer`);
}
