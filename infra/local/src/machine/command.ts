import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

export interface CommandOptions {
  cwd?: string;
  /** The whole environment; default `plainEnvironment()`. */
  env?: Record<string, string>;
  /** Everything the command says is also added to this file. */
  log?: string;
  uid?: number;
  gid?: number;
  onLine?: (line: string) => void;
  /** Makes the command a process group, which is ended as a whole, and tells the pid of its leader. */
  onGroup?: (leader: number) => void;
}

/** Each with how it is ended. */
const running = new Map<ChildProcess, () => void>();

/** Runs a command to its end and returns its standard output. A failure throws with the end of what it said. */
export function command(file: string, args: string[], options: CommandOptions = {}): Promise<string> {
  const { log, onLine, onGroup, env = plainEnvironment(), ...rest } = options;
  return new Promise((resolve, reject) => {
    if (log) mkdirSync(dirname(log), { recursive: true });
    const child = spawn(file, args, { ...rest, env, stdio: ['ignore', 'pipe', 'pipe'], detached: Boolean(onGroup) });
    const record = log ? createWriteStream(log, { flags: 'a' }) : undefined;
    running.set(child, () => (onGroup ? endGroup(child) : child.kill('SIGTERM')));
    if (child.pid) onGroup?.(child.pid);
    const decoders = { out: new StringDecoder(), all: new StringDecoder() };
    let out = '';
    let all = '';
    let line = '';
    const take = (chunk: Buffer) => {
      record?.write(chunk);
      const text = decoders.all.write(chunk);
      all = (all + text).slice(-20_000);
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      if (onLine) lines.forEach(onLine);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      out += decoders.out.write(chunk);
      take(chunk);
    });
    child.stderr.on('data', take);
    child.on('error', (cause) => reject(new Error(`${file}: ${cause.message}`, { cause })));
    child.on('close', (code, signal) => {
      running.delete(child);
      const settle = () => {
        if (code === 0) return resolve(out);
        const ending = all.trimEnd().split('\n').slice(-15).join('\n');
        reject(new Error(`${[file, ...args].join(' ')} ended with ${signal ?? `code ${code}`}\n${ending}`));
      };
      if (record)
        record.end(settle); // who hears of a failure may read the log at once
      else settle();
    });
  });
}

/** Runs a command that talks to the reader itself. Resolves with whether it succeeded. */
export function commandShown(
  file: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
    running.set(child, () => child.kill('SIGTERM'));
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(child);
      resolve(code === 0);
    });
  });
}

/** For the moment when everything has to stop: a download or a build in progress does not hold it up. */
export function endCommands(): void {
  for (const end of running.values()) end();
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid) process.kill(-pid, 'SIGTERM');
  } catch {
    // It has ended, and is about to be forgotten.
  }
}

/**
 * What a child may know of our environment. Not NODE_OPTIONS, NX_* or npm_*: the stack is also started from inside
 * Jest, Nx and npm, and must behave there as it does anywhere.
 */
export function plainEnvironment(): Record<string, string> {
  const names =
    /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TZ|LANG|LC_\w+|XDG_\w+|\w+_PROXY|\w+_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|CI|DOCKER_\w+)$/;
  const kept = Object.entries(process.env).filter(([name, value]) => names.test(name) && value !== undefined);
  return Object.fromEntries(kept) as Record<string, string>;
}
