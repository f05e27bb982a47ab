import {
  chmodSync,
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
import { removeDeadClaims } from '../machine/free-ports.ts';
import { runsFolder } from '../machine/places.ts';
import { identify, isRunning } from '../machine/process-identity.mjs';
import { end, type RecordedProcess, stillRunning } from './run-processes.ts';

interface RunState {
  supervisor: string;
  processes: RecordedProcess[];
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

/** A run whose supervisor was killed. */
export interface Leftover {
  /** Its folder. */
  path: string;
  processes: RecordedProcess[];
  undo: string[][];
}

/** What runs of this copy left behind when they were killed. */
export function findLeftovers(): Leftover[] {
  const paths = readdirSync(runsFolder())
    .filter((entry) => entry.startsWith('run-'))
    .map((name) => join(runsFolder(), name));
  const found = paths.flatMap((path) => {
    const state = readState(path);
    if (!state || isRunning(state.supervisor)) return [];
    return [{ path, processes: stillRunning(path, state.processes), undo: state.undo }];
  });
  removeRunsFolderIfEmpty(); // looking has created it
  return found;
}

/** Ends and removes what earlier runs of this copy left behind when they were killed. Returns one line per run. */
export async function cleanLeftovers(): Promise<string[]> {
  const told: string[] = [];
  for (const { path, processes, undo } of findLeftovers()) {
    const ended: string[] = [];
    for (const process of processes) if (await end(process)) ended.push(process.name);
    // What one of them started while it was ended.
    for (const process of stillRunning(path, [])) await end(process);
    for (const [file = '', ...args] of undo) await command(file, args).catch(() => undefined);
    removeFolder(path);
    told.push(`cleaned up after a run that was killed${ended.length ? `: ended ${ended.join(', ')}` : ''}`);
  }
  removeDeadClaims();
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
