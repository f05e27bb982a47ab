import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { identify, isRunning } from '../machine/process-identity.mjs';
import { readProjectRun, type ProjectRun } from './project-run.ts';

export interface Bounds {
  /** Longer than any test or hook may take: five minutes in the whole-system tests. */
  noNewsMs: number;
  /** From the end of the last test to the end of the process. */
  endMs: number;
  /** How often the state of the runs is said. */
  tellMs: number;
}

const USUAL: Bounds = { noNewsMs: 8 * 60_000, endMs: 60_000, tellMs: 20_000 };
const LOOK_MS = 1_000;
const LINES_OF_A_FAILURE = 12;

export interface RunWatch {
  /** What was ended because it hung, in words. */
  readonly hung: readonly string[];
  /** The tests that failed, a line each. */
  readonly failed: readonly string[];
  stop(): void;
}

/**
 * Shows how far the runs are that report into `folder`, and each failure at once. A run without news, or one that does not end after its
 * last test, is ended with its workers, and named with the files it was in.
 */
export function watchRuns(folder: string, say: (line: string) => void, bounds: Partial<Bounds> = {}): RunWatch {
  const { noNewsMs, endMs, tellMs } = { ...USUAL, ...bounds };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const hung: string[] = [];
  const failed: string[] = [];
  const told = new Map<string, number>();
  const ended = new Set<string>();
  let toldAt = Date.now();

  const look = () => {
    const live: ProjectRun[] = [];
    for (const file of readdirSync(folder)) {
      const run = ended.has(file) ? undefined : readProjectRun(join(folder, file));
      if (!run) continue;
      for (const { title, message } of run.failures.slice(told.get(file) ?? 0)) {
        failed.push(`${run.project}: ${title}`);
        say(`\nFAILED ${run.project}: ${title}\n${excerpt(message)}`);
      }
      told.set(file, run.failures.length);
      if (!isRunning(run.process)) ended.add(file);
      else if (Date.now() - run.lastAt > (run.over ? endMs : noNewsMs)) {
        ended.add(file);
        const words = inWords(run, run.over ? endMs : noNewsMs);
        hung.push(words);
        say(`\nHUNG: ${words}`);
        endTree(run.process);
      } else live.push(run);
    }
    if (live.length > 0 && Date.now() - toldAt >= tellMs) {
      toldAt = Date.now();
      for (const run of live) say(`   ${state(run)}`);
    }
  };
  const timer = setInterval(look, Math.min(LOOK_MS, tellMs));
  return {
    hung,
    failed,
    stop() {
      clearInterval(timer);
      look();
    },
  };
}

function state({ project, files, passed, failures, running }: ProjectRun): string {
  const now = [...running].map(([file, since]) => `${file} ${seconds(Date.now() - since)}`).join(', ');
  const counts = `${passed} passed${failures.length ? `, ${failures.length} FAILED` : ''}`;
  return `${project}: ${files.done} of ${files.total} files, ${counts}${now ? `; now ${now}` : ''}`;
}

function excerpt(message: string): string {
  const lines = stripVTControlCharacters(message).split('\n').slice(0, LINES_OF_A_FAILURE);
  return lines.map((line) => `   ${line}`).join('\n');
}

function inWords({ project, over, running }: ProjectRun, boundMs: number): string {
  if (over) return `${project}: its tests are over, and its process did not end within ${seconds(boundMs)}`;
  return `${project}: no news for ${seconds(boundMs)}, in ${[...running.keys()].join(', ') || 'no file'}`;
}

const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`;

/** SIGKILL to a process and to all that it started: a worker that spins does not notice that its parent is gone. */
function endTree(identity: string): void {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const parents = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const tree = [Number.parseInt(identity, 10)];
  for (const pid of tree) tree.push(...parents.filter(([, parent]) => parent === pid).map(([child = 0]) => child));
  if (identify(tree[0] ?? 0) !== identity) return;
  for (const pid of tree) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ended by itself
    }
  }
}
