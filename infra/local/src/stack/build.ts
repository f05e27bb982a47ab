import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command, plainEnvironment } from '../machine/command.ts';
import { withLock } from '../machine/lock.mjs';
import { logFolder, repository } from '../machine/places.ts';
import { buildErrors } from './build-errors.ts';
import { nxEnvironment } from './nx-environment.ts';

const log = join(logFolder, 'build.log');

/**
 * Builds the given apps and what they stand on. Seconds when nothing changed: Nx has it cached. A failure throws with what
 * the compilers said.
 */
export async function build(apps: string[], onProgress: (line: string) => void): Promise<void> {
  const projects = apps.map((app) => `@tributary/${app}`).join(',');
  const lock = join(repository, '.tributary', 'build.lock');
  const waiting = (pid: number) => onProgress(`another run (pid ${pid}) is building: waiting for it`);
  await withLock(lock, waiting, async (alsoHeldBy) => {
    rmSync(log, { force: true });
    const nx = join(repository, 'node_modules/nx/dist/bin/nx.js');
    await command(process.execPath, [nx, 'run-many', '-t', 'build', '-p', projects], {
      cwd: repository,
      env: { ...plainEnvironment(), ...nxEnvironment, FORCE_COLOR: '0' },
      log,
      onGroup: alsoHeldBy,
    }).catch((error: Error) => {
      const errors = existsSync(log) && buildErrors(readFileSync(log, 'utf8'));
      throw new Error(`The build failed (all of it: ${log})\n\n${errors || error.message}`, { cause: error });
    });
  });
}

/** The main file of a built app. */
export function appProgram(app: string): string {
  return join(repository, 'apps', app, 'dist', 'main.js');
}
