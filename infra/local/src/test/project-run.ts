import { readFileSync } from 'node:fs';

/** What infra/local/jest-reporter.mjs writes, a line each. */
interface Told {
  at: number;
  event: 'run' | 'file' | 'test' | 'file-end' | 'end';
  project?: string;
  process?: string;
  files?: number;
  file?: string;
  status?: string;
  title?: string;
  message?: string;
}

export interface Failure {
  title: string;
  message: string;
}

/** One project's run of Jest, as far as it has come. */
export interface ProjectRun {
  project: string;
  /** Of the Jest process: see machine/process-identity.mjs. */
  process: string;
  files: { total: number; done: number };
  passed: number;
  /** In the order in which they failed. */
  failures: Failure[];
  /** Spec files that run now, and since when. */
  running: Map<string, number>;
  /** Unix milliseconds of the last news. */
  lastAt: number;
  /** Every test is over; the process should end. */
  over: boolean;
}

/** @returns undefined while the file has no line yet */
export function readProjectRun(file: string): ProjectRun | undefined {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1); // after the last line break a line is being written
  const [first, ...rest] = lines.map((line) => JSON.parse(line) as Told);
  if (!first) return undefined;
  const run: ProjectRun = {
    project: first.project ?? '',
    process: first.process ?? '',
    files: { total: first.files ?? 0, done: 0 },
    passed: 0,
    failures: [],
    running: new Map(),
    lastAt: first.at,
    over: false,
  };
  for (const told of rest) add(run, told);
  return run;
}

function add(run: ProjectRun, { at, event, file = '', status, title, message = '' }: Told): void {
  run.lastAt = at;
  if (event === 'file') run.running.set(file, at);
  if (event === 'test' && status === 'passed') run.passed += 1;
  if (title !== undefined) run.failures.push({ title, message });
  if (event === 'file-end') {
    run.running.delete(file);
    run.files.done += 1;
  }
  if (event === 'end') run.over = true;
}
