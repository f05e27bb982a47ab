import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SituationName } from './situations.ts';

/** One place in one file, named by its own text. */
export interface Edit {
  /** Path in the repository. */
  file: string;
  /** Occurs there exactly once. */
  find: string;
  put: string;
}

/** Something that the system is built on, how it is taken away, and where it is missed. */
export interface Guarantee {
  /** For `--without`: `ack-after-commit`. */
  name: string;
  /** What it is for, in one sentence. */
  isFor: string;
  /** What is done instead, in one sentence. */
  removes: string;
  edits: Edit[];
  missed: InTheLedger | InASpec;
}

/** The whole system goes through this, and the ledger counts what was lost or doubled. */
export interface InTheLedger {
  situation: SituationName;
  as: 'lost' | 'doubled';
}

/** Where a whole system shows nothing within minutes: a spec of the project turns red. */
export interface InASpec {
  project: string;
  spec: string;
}

/** @throws Error when the source has changed: the edit has to follow it */
export function edited(source: string, { file, find, put }: Edit): string {
  const times = source.split(find).length - 1;
  if (times !== 1)
    throw new Error(`${file} has this ${times} times, not once; guarantees.ts has to follow it:\n${find}`);
  return source.replace(find, () => put);
}

/** Takes the guarantee away in this copy of the repository. @returns what gives it back */
export function remove({ edits }: Guarantee, copy: string): () => void {
  const originals = new Map<string, string>();
  for (const edit of edits) {
    const path = join(copy, edit.file);
    const source = readFileSync(path, 'utf8');
    if (!originals.has(path)) originals.set(path, source);
    writeFileSync(path, edited(source, edit));
  }
  return () => originals.forEach((source, path) => writeFileSync(path, source));
}

/** As a patch shows it, file by file; lines that stay the same around the change are left out. */
export function diffOf({ edits }: Pick<Guarantee, 'edits'>): string {
  const files = Map.groupBy(edits, ({ file }) => file);
  return [...files].map(([file, changes]) => [file, ...changes.flatMap(linesOf)].join('\n')).join('\n');
}

function linesOf({ find, put }: Edit): string[] {
  const [before, after] = [find.split('\n'), put.split('\n')];
  let same = 0;
  while (same < Math.min(before.length, after.length) && before[same] === after[same]) same++;
  let end = 0;
  while (end < Math.min(before.length, after.length) - same && before.at(-1 - end) === after.at(-1 - end)) end++;
  const marked = (mark: string, lines: string[]) =>
    lines.slice(same, lines.length - end).map((line) => `${mark} ${line}`.trimEnd());
  return [...marked('-', before), ...marked('+', after)];
}
