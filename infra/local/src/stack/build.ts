import { join } from 'node:path';
import { command, plainEnvironment } from '../machine/command.ts';
import { withLock } from '../machine/lock.mjs';
import { logFolder, repository } from '../machine/places.ts';

/** Builds the given apps and what they stand on. Seconds when nothing changed: Nx has it cached. */
export async function build(apps: string[], onProgress: (line: string) => void): Promise<void> {
  const projects = apps.map((app) => `@tributary/${app}`).join(',');
  const lock = join(repository, '.tributary', 'build.lock');
  const waiting = (pid: number) => onProgress(`another run (pid ${pid}) is building: waiting for it`);
  await withLock(lock, waiting, () =>
    command(
      process.execPath,
      [join(repository, 'node_modules/nx/dist/bin/nx.js'), 'run-many', '-t', 'build', '-p', projects],
      {
        cwd: repository,
        env: { ...plainEnvironment(), NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0' },
        log: join(logFolder, 'build.log'),
      },
    ),
  );
}

/** The main file of a built app. */
export function appProgram(app: string): string {
  return join(repository, 'apps', app, 'dist', 'main.js');
}
