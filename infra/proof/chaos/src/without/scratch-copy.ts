import { cpSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { command, plainEnvironment, repository } from '@tributary/local';

/** Another copy of the same repository is another place: each may have its own. */
export const copyFolder = join(repository, '.tributary', 'without');

const NOT_COPIED = /^(node_modules|dist|out-tsc|test-output|generated|\.git|\.nx|\.tributary)$/;

/** Copies the sources, so that nothing is ever taken away in the working tree. What a killed run left there is removed first. */
export function makeCopy(folder = copyFolder): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(repository).filter((it) => !NOT_COPIED.test(it))) {
    const filter = (path: string) => !NOT_COPIED.test(path.split('/').at(-1) ?? '');
    cpSync(join(repository, name), join(folder, name), { recursive: true, preserveTimestamps: true, filter });
  }
  // Where a repository begins, Nx does not ask the .gitignore above, which would hide all of it.
  mkdirSync(join(folder, '.git'));
  linkPackages(folder);
}

export const removeCopy = () => rmSync(copyFolder, { recursive: true, force: true });

/** The installed packages are those of the original; our own are those of the copy, because their links lead upwards from where they are. */
function linkPackages(folder: string): void {
  const [from, to] = [repository, folder].map((root) => join(root, 'node_modules')) as [string, string];
  mkdirSync(join(to, '@tributary'), { recursive: true });
  for (const name of readdirSync(from).filter((it) => it !== '@tributary'))
    symlinkSync(join(from, name), join(to, name));
  for (const name of readdirSync(join(from, '@tributary')))
    symlinkSync(readlinkSync(join(from, '@tributary', name)), join(to, '@tributary', name));
}

/** Builds what has changed in the copy. @throws Error with the end of what the compiler says */
export async function buildCopy(): Promise<void> {
  await command(
    process.execPath,
    [join(copyFolder, 'node_modules/nx/dist/bin/nx.js'), 'run-many', '-t', 'build', '-p', 'tag:scope:app'],
    { cwd: copyFolder, env: { ...plainEnvironment(), NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0' } },
  );
}
