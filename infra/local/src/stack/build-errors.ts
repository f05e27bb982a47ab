import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../machine/places.ts';

const MOST_LINES = 30;

/**
 * What the compilers said, out of the output of `nx run-many`: what each failed task wrote, without Nx's summary.
 * File names are those from the repository's folder. Empty when no task had begun.
 */
export function buildErrors(output: string): string {
  const lines = output.split('\n');
  const found: string[] = [];
  let task: string | undefined;
  for (const line of lines) {
    const begins = /^> nx run (\S+)/.exec(line);
    if (begins) {
      task = begins[1];
      found.push(`${task}:`);
    } else if (/^( NX |[✔✖] )/.test(line)) {
      task = undefined;
    } else if (task && !isNoise(line)) {
      found.push(`  ${fromRepository(line, task)}`);
    }
  }
  const more = found.length > MOST_LINES ? [`  … and ${found.length - MOST_LINES} lines more`] : [];
  return [...found.slice(0, MOST_LINES), ...more].join('\n');
}

function isNoise(line: string): boolean {
  return line.trim() === '' || /^(> |npm error |Warning: command )/.test(line);
}

/** tsc names files from the project's folder, as `src/main.ts(3,7)`; a terminal and an editor open `apps/email/src/main.ts:3:7`. */
function fromRepository(line: string, task: string): string {
  const project = folderOf(task);
  return line.replace(/^([^\s()]+\.[cm]?tsx?)\((\d+),(\d+)\)/, (_, file: string, row: string, column: string) => {
    return `${join(project, file)}:${row}:${column}`;
  });
}

/** @param task as Nx calls it: `@tributary/email:build` */
function folderOf(task: string): string {
  const name = task.replace(/^@tributary\//, '').replace(/:.*$/, '');
  return (
    ['apps', 'libs', 'infra'].map((kind) => join(kind, name)).find((path) => existsSync(join(repository, path))) ?? ''
  );
}
