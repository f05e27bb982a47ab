import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { eventually } from '../machine/eventually.ts';
import { RUN_MARK, type RunFolder } from './run-folder.ts';

export interface ProcessSpec {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd?: string;
  uid?: number;
  gid?: number;
  logFile: string;
  /** The signal that makes it stop in an orderly way, and how long that may take before SIGKILL. */
  stopSignal: NodeJS.Signals;
  stopWithinMs: number;
  /** Polled after the start. Errors count as "not yet". */
  ready: () => Promise<boolean>;
  readyWithinMs: number;
  /** How often it is started again when it gives up by itself before it is ready. Default 0. */
  startsAgain?: number;
  /** Run before every start and after every end: for a helper process that must live as long as this one. */
  before?: () => Promise<void>;
  after?: () => Promise<void>;
  /** Where a signal to the process we started does not reach the one that matters (a container). */
  signal?: (signal: NodeJS.Signals) => Promise<void>;
  /** The administrator's command line tool of a server that has one (rabbitmqctl). @returns what it prints */
  control?: (args: string[]) => Promise<string>;
}

export type ProcessState = 'not started' | 'starting' | 'up' | 'stopping' | 'stopped' | 'down';

/**
 * One process that is started, watched and ended, but never started again by itself: in a demonstration the reader
 * decides when a service comes back.
 */
export class SupervisedProcess {
  readonly spec: ProcessSpec;
  /** 'state' after every change. */
  readonly changes = new EventEmitter();
  state: ProcessState = 'not started';
  since = Date.now();
  /** How it ended last time when nobody asked it to, in words. */
  ended: string | undefined;
  #run: RunFolder;
  #child: ChildProcess | undefined;
  #gone: Promise<void> = Promise.resolve();

  constructor(spec: ProcessSpec, run: RunFolder) {
    this.spec = spec;
    this.#run = run;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when it is ready to be used. `environment` holds for this start only. */
  async start(environment: Record<string, string> = {}): Promise<void> {
    for (let again = this.spec.startsAgain ?? 0; ; again--) {
      try {
        return await this.#startOnce(environment);
      } catch (error) {
        if (again === 0 || this.state !== 'down' || !this.ended?.startsWith('ended with code')) throw error;
      }
    }
  }

  async #startOnce(environment: Record<string, string>): Promise<void> {
    if (this.#child) throw new Error(`${this.spec.name} is already running`);
    this.#become('starting');
    const { name, command, args, env, cwd, uid, gid, logFile, stopSignal } = this.spec;
    await this.spec.before?.();
    const log = openSync(logFile, 'a', 0o600);
    // Own process group: a Ctrl-C in the terminal reaches only the supervisor, which stops things in order. Output goes
    // to a file and not through us, so that the process outlives a killed supervisor without an EPIPE.
    const child = spawn(command, args, {
      env: { ...env, ...environment, [RUN_MARK]: this.#run.path },
      cwd,
      uid,
      gid,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#child = child;
    this.ended = undefined;
    if (child.pid) this.#run.remember(name, child.pid, stopSignal);
    this.#gone = new Promise((resolve) => {
      const end = (how: string) => {
        if (this.#child !== child) return;
        this.#child = undefined;
        if (this.state !== 'stopping') this.ended = how;
        this.#become(this.state === 'stopping' ? 'stopped' : 'down');
        resolve();
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal ? `ended by ${signal}` : `ended with code ${code}`));
    });
    await this.#untilReady(child);
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const giveUp = () => (this.#child === child ? undefined : (this.ended ?? 'stopped'));
    try {
      // Somebody else's server may answer in the place of one that has ended.
      const ready = async () => (await this.spec.ready()) && this.#child === child;
      await eventually(this.spec.name, ready, { timeoutMs: this.spec.readyWithinMs, giveUp });
    } catch (error) {
      const tail = this.logs(12);
      throw new Error(`${(error as Error).message}\n${tail}\n(all of it: ${this.spec.logFile})`, { cause: error });
    }
    if (this.#child === child) this.#become('up');
  }

  /** Orderly, then by force. Resolves when the process is gone. */
  async stop(signal = this.spec.stopSignal, withinMs = this.spec.stopWithinMs): Promise<void> {
    if (this.#child) {
      this.#become('stopping');
      await this.#signal(signal);
      const hurry = setTimeout(() => void this.#signal('SIGKILL'), withinMs);
      await this.#gone;
      clearTimeout(hurry);
    }
    await this.spec.after?.();
  }

  /** As a passer-by would: the state becomes "down", not "stopped". Resolves when the signal has done its work. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#signal(signal);
    if (['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT'].includes(signal)) await this.#gone;
  }

  /** The last lines of its log. */
  logs(lines = 50): string {
    return readFileSync(this.spec.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    if (!this.#child?.pid) return;
    if (this.spec.signal) return this.spec.signal(signal);
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // it ended by itself in this very moment
    }
  }

  #become(state: ProcessState): void {
    this.state = state;
    this.since = Date.now();
    this.changes.emit('state', this);
  }
}
