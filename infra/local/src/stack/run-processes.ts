import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { eventually } from '../machine/eventually.ts';
import { identify, isRunning } from '../machine/process-identity.mjs';

/** In the environment of every process of a run, with the run's folder as its value. */
export const RUN_MARK = 'TRIBUTARY_RUN';

/** A process that its run's folder names. */
export interface RecordedProcess {
  name: string;
  /** What `identify` says of it: its pid, and when it started. */
  identity: string;
  stopSignal: NodeJS.Signals;
}

export const pidOf = (identity: string) => Number.parseInt(identity, 10);

/** What still runs of a run: what its folder names, and what carries its mark without being started by one of those. */
export function stillRunning(run: string, recorded: readonly RecordedProcess[]): RecordedProcess[] {
  const named = recorded.filter(({ identity }) => isRunning(identity));
  const namedPids = new Set(named.map(({ identity }) => pidOf(identity)));
  const unnamed = markedWith(run).filter((pid) => !lineOf(pid).some((member) => namedPids.has(member)));
  return [
    ...named,
    ...unnamed.flatMap((pid) => {
      const identity = identify(pid);
      return identity ? [{ name: 'not recorded', identity, stopSignal: 'SIGTERM' as const }] : [];
    }),
  ];
}

/**
 * The supervisor can be killed between starting a process and writing it down (seen). Where there is /proc, the mark in
 * the environment finds such a process.
 */
function markedWith(run: string): number[] {
  if (!existsSync('/proc/self/environ')) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const isMarked = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${RUN_MARK}=${run}`);
    } catch {
      return false; // ended, or of another user
    }
  };
  return pids.filter(isMarked).map(Number);
}

/** A process, its group's leader, and the same of its parent, its parent's parent and so on. */
function lineOf(pid: number): number[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, parent = 0, group = pid] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    return [pid, group, ...(parent > 1 ? lineOf(parent) : [])];
  } catch {
    return [pid]; // it ended in this moment
  }
}

/** By its own stop signal, after 5 s by SIGKILL. Returns whether there was something to end. */
export async function end({ identity, stopSignal }: RecordedProcess): Promise<boolean> {
  if (!isRunning(identity)) return false;
  for (const signal of [stopSignal, 'SIGKILL'] as const) {
    try {
      process.kill(-pidOf(identity), signal); // its group: every process of ours leads one
    } catch {
      return true;
    }
    const gone = eventually('end', async () => !isRunning(identity), { timeoutMs: 5000 });
    if (await gone.catch(() => false)) return true;
  }
  return true;
}
