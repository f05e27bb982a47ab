import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { eventually } from '../machine/eventually.ts';
import type { RunFolder } from './run-folder.ts';
import { RUN_MARK } from './run-processes.ts';

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
  /** Polled after the start. Errors count as "not yet"; `NotReady` says in the process's own words what it waits for. */
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

/** 'not ready': it runs and is not ready after the time it was given; it becomes 'up' by itself as soon as it is. */
export type ProcessState = 'not started' | 'starting' | 'up' | 'not ready' | 'stopping' | 'stopped' | 'down';

/** What a process that answers still waits for. */
export class NotReady extends Error {}

/** It was killed or stopped through its supervisor while it started: no failure of the process. */
export class EndedOnRequest extends Error {}

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
  /** What it still waits for while it is 'not ready', in words. */
  problem: string | undefined;
  #run: RunFolder;
  #endAsked = false;
  #child: ChildProcess | undefined;
  #gone: Promise<void> = Promise.resolve();

  constructor(spec: ProcessSpec, run: RunFolder) {
    this.spec = spec;
    this.#run = run;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Resolves when it is ready to be used. `environment` holds for this start only.
   * @throws EndedOnRequest; or an Error with the end of its log: it ended by itself, or is 'not ready' in time
   */
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
    const { name, command, args, env, cwd, uid, gid, logFile, stopSignal } = this.spec;
    if (this.#child || this.state === 'starting') throw new Error(`${name} is already running`);
    this.#endAsked = false;
    this.#become('starting');
    await this.#prepare();
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

  /** What has to be there before it is. Nothing starts behind the back of a stop that came meanwhile. */
  async #prepare(): Promise<void> {
    try {
      await this.spec.before?.();
    } catch (error) {
      this.ended = (error as Error).message;
      this.#become('down');
      throw error;
    }
    if (!this.#endAsked) return;
    this.#become('stopped');
    throw new EndedOnRequest(`${this.spec.name} was ended while it started`);
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const { name, logFile, readyWithinMs } = this.spec;
    try {
      await this.#ready(child, readyWithinMs);
    } catch (error) {
      if (this.#endAsked) throw new EndedOnRequest(`${name} was ended while it started`, { cause: error });
      const { message, cause } = error as Error;
      if (this.#child !== child) throw new Error(this.#withLog(message), { cause: error });
      const isKnown = cause instanceof NotReady;
      this.problem = isKnown ? cause.message : 'it does not answer';
      this.#become('not ready');
      void this.#ready(child, Infinity).catch(() => undefined); // it has ended
      const inWords = `${name} is not ready after ${readyWithinMs / 1000} s: ${this.problem}`;
      throw new Error(isKnown ? `${inWords}\n(its log: ${logFile})` : this.#withLog(inWords), { cause: error });
    }
  }

  /** Resolves when it is 'up'. Rejects when it has ended, or is to end, or not within the time. */
  async #ready(child: ChildProcess, timeoutMs: number): Promise<void> {
    const isOver = () => this.#child !== child || this.state === 'stopping';
    const attempt = async () => {
      try {
        // Somebody else's server may answer in the place of one that has ended.
        return (await this.spec.ready()) && !isOver();
      } catch (error) {
        if (error instanceof NotReady) this.problem = error.message;
        throw error;
      }
    };
    const giveUp = () => (isOver() ? (this.ended ?? 'stopped') : undefined);
    await eventually(this.spec.name, attempt, { timeoutMs, giveUp });
    this.problem = undefined;
    this.#become('up');
  }

  #withLog(message: string): string {
    return `${message}\n${this.logs(12)}\n(all of it: ${this.spec.logFile})`;
  }

  /** Orderly, then by force. Resolves when the process is gone. */
  async stop(signal = this.spec.stopSignal, withinMs = this.spec.stopWithinMs): Promise<void> {
    this.#endAsked = true;
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
    const ends = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT'].includes(signal);
    this.#endAsked ||= ends;
    await this.#signal(signal);
    if (ends) await this.#gone;
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
