import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessStatus } from '@tributary/local';

const LOOK_EVERY_MS = 250;

/** Bytes by process. */
export type Memory = Record<string, number>;

/** Looks at resident memory now and then until it is told to stop, and keeps the most that each process had. */
export class MemoryWatch {
  readonly most: Memory = {};
  readonly #status: () => ProcessStatus[];
  readonly #timer: NodeJS.Timeout;

  constructor(status: () => ProcessStatus[]) {
    this.#status = status;
    this.#look();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  stop(): Memory {
    clearInterval(this.#timer);
    this.#look();
    return this.most;
  }

  #look(): void {
    for (const { name, pid } of this.#status()) {
      // PostgreSQL is a process per connection, which share most of their memory: a sum says nothing.
      const bytes = pid === undefined || name === 'postgres' ? 0 : residentBytes(pid);
      if (bytes > 0) this.most[name] = Math.max(this.most[name] ?? 0, bytes);
    }
  }
}

/** The most within two seconds in which nothing happens. */
export async function memoryAtRest(status: () => ProcessStatus[], signal: AbortSignal): Promise<Memory> {
  const watch = new MemoryWatch(status);
  await delay(2_000, undefined, { signal });
  return watch.stop();
}

/** 0 when it has just ended. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function residentBytes(pid: number): number {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
