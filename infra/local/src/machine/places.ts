import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');

/** Process logs stay after a run, in the repository: they are what one looks at when something went wrong. */
export const logFolder = join(repository, '.tributary', 'logs');

/** Large things worth keeping between runs and between copies of the repository. */
export function cacheFolder(): string {
  const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tributary');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Where the runs of this copy of the repository keep their data: outside of it, because PostgreSQL refuses to run as
 * root, and the user it gets instead may not enter the folder above. Short, because Unix socket paths end at 107 bytes.
 */
export function runsFolder(): string {
  const copy = createHash('sha256').update(repository).digest('hex').slice(0, 10);
  const uid = process.getuid?.() ?? 0;
  const folder = join(openTemporaryFolder(), `tributary-${uid}-${copy}`);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  // In a world-writable folder somebody else could have put this one here first.
  if (statSync(folder).uid !== uid) throw new Error(`${folder} belongs to another user: remove it`);
  return folder;
}

function openTemporaryFolder(): string {
  const fits = (folder: string) => everyoneMayPass(folder) && writable(folder) && !/\s/.test(folder);
  const usable = [tmpdir(), '/tmp', '/var/tmp'].find(fits);
  if (!usable) throw new Error('no temporary folder without spaces that other users may pass: set TMPDIR to one');
  return usable;
}

/** Whether any user of the machine can reach what is below `folder` (x for others on it and on all its parents). */
export function everyoneMayPass(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    if ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) % 2 === 0) return false;
    if (path === dirname(path)) return true;
  }
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
