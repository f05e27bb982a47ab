import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { command } from '../machine/command.ts';
import { eventually } from '../machine/eventually.ts';
import { runsFolder } from '../machine/places.ts';
import { identify, isRunning } from '../machine/process-identity.mjs';

/** In the environment of every process of a run, with the run's folder as its value. */
export const RUN_MARK = 'TRIBUTARY_RUN';

interface RunState {
  supervisor: string;
  processes: { name: string; identity: string; stopSignal: NodeJS.Signals }[];
  /** A command that removes what no process id reaches: a container. */
  undo: string[][];
}

/**
 * The data of one run, and a written account of its processes. When the supervisor is killed with SIGKILL nobody cleans
 * up behind it: the next run reads the account and ends exactly the processes named there, if they still are the same.
 */
export class RunFolder {
  readonly path: string;
  #state: RunState;

  constructor() {
    this.path = mkdtempSync(join(runsFolder(), 'run-'));
    chmodSync(this.path, 0o711); // PostgreSQL's user passes through it to its own folder
    this.#state = { supervisor: identify(process.pid) ?? '', processes: [], undo: [] };
    this.#save();
  }

  /** A folder below this one. Mode 0711 lets a process of another user reach its own folder and list nothing. */
  folder(name: string, mode = 0o700): string {
    const path = join(this.path, name);
    mkdirSync(path, { recursive: true, mode });
    return path;
  }

  remember(name: string, pid: number, stopSignal: NodeJS.Signals): void {
    const identity = identify(pid);
    if (!identity) return;
    this.#state.processes = this.#state.processes.filter((entry) => isRunning(entry.identity));
    this.#state.processes.push({ name, identity, stopSignal });
    this.#save();
  }

  rememberUndo(undo: string[]): void {
    this.#state.undo.push(undo);
    this.#save();
  }

  remove(): void {
    removeFolder(this.path);
  }

  #save(): void {
    const file = join(this.path, 'state.json');
    writeFileSync(`${file}.new`, JSON.stringify(this.#state, null, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

/** Ends and removes what earlier runs of this copy left behind when they were killed. Returns one line per run. */
export async function cleanLeftovers(): Promise<string[]> {
  const told: string[] = [];
  for (const name of readdirSync(runsFolder()).filter((entry) => entry.startsWith('run-'))) {
    const path = join(runsFolder(), name);
    const state = readState(path);
    if (!state || isRunning(state.supervisor)) continue;
    const ended: string[] = [];
    for (const { name: process, identity, stopSignal } of state.processes) {
      if (await end(identity, stopSignal)) ended.push(process);
    }
    for (const identity of markedWith(path)) {
      if (await end(identity, 'SIGTERM')) ended.push(`process ${Number.parseInt(identity, 10)}`);
    }
    for (const [file = '', ...args] of state.undo) await command(file, args).catch(() => undefined);
    removeFolder(path);
    told.push(`cleaned up after a run that was killed${ended.length ? `: ended ${ended.join(', ')}` : ''}`);
  }
  removeRunsFolderIfEmpty();
  return told;
}

function readState(path: string): RunState | undefined {
  try {
    return JSON.parse(readFileSync(join(path, 'state.json'), 'utf8')) as RunState;
  } catch {
    // A live run is just creating this folder or removing it, or was killed while doing so.
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    return age > 60_000 ? { supervisor: '', processes: [], undo: [] } : undefined;
  }
}

/**
 * The supervisor can be killed between starting a process and writing it down (seen). Where there is /proc, the mark in
 * the environment finds such a process.
 */
function markedWith(run: string): string[] {
  if (!existsSync('/proc/self/environ')) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const isMarked = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${RUN_MARK}=${run}`);
    } catch {
      return false; // ended, or of another user
    }
  };
  return pids.filter(isMarked).flatMap((pid) => identify(Number(pid)) ?? []);
}

async function end(identity: string, stopSignal: NodeJS.Signals): Promise<boolean> {
  if (!isRunning(identity)) return false;
  for (const signal of [stopSignal, 'SIGKILL'] as const) {
    try {
      process.kill(-Number.parseInt(identity, 10), signal); // its group: every process of ours leads one
    } catch {
      return true;
    }
    const gone = eventually('end', async () => !isRunning(identity), { timeoutMs: 5000 });
    if (await gone.catch(() => false)) return true;
  }
  return true;
}

function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  removeRunsFolderIfEmpty();
}

export function removeRunsFolderIfEmpty(): void {
  try {
    rmdirSync(runsFolder()); // refuses while other runs are in it
  } catch {
    // the next run uses it
  }
}
