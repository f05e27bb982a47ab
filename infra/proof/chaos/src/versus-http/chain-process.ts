import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventually } from '@tributary/testing';

/** Longer than a comparison takes: nothing may outlive one that hangs. */
const LIMITS = { timeout: 15 * 60_000, killSignal: 'SIGKILL' } as const;

/** One service of the chain: a Node process that ends with this one, however this one ends. */
export class ChainProcess {
  readonly #program: string;
  readonly #env: Record<string, string>;
  readonly #logFile: string;
  #child: ChildProcess | undefined;

  constructor(name: string, settings: { env: Record<string, string>; logFile: string }) {
    this.#program = fileURLToPath(new URL(`./chain/${name}.ts`, import.meta.url));
    this.#env = settings.env;
    this.#logFile = settings.logFile;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const log = openSync(this.#logFile, 'a', 0o600);
    this.#child = spawn(process.execPath, ['--no-warnings', this.#program], {
      env: this.#env,
      stdio: ['ignore', log, log, 'ipc'],
      ...LIMITS,
    });
    closeSync(log);
    await eventually(async () => (await fetch(`http://127.0.0.1:${this.#env['PORT']}`)).ok, { timeoutMs: 30_000 });
  }

  /** SIGKILL. Resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
