import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDebian, unpackedPackages } from '../machine/debian-packages.ts';
import { writeStarter } from './starter.ts';

const FOLDERS = ['/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];
const STARTER = 'pgbouncer-unpacked';

/** A PgBouncer to test behind: this machine's, else unpacked into the cache folder. */
export async function findPgBouncer(onProgress: (line: string) => void): Promise<string | undefined> {
  const given = process.env['TRIBUTARY_TEST_PGBOUNCER'];
  if (given) return given;
  const path = (process.env['PATH'] ?? '').split(':');
  const found = [...path, ...FOLDERS].map((folder) => join(folder, 'pgbouncer')).find((file) => existsSync(file));
  if (found || !isDebian()) return found;
  const root = await unpackedPackages({
    package: 'pgbouncer',
    always: /^pgbouncer$/,
    never: /^(?!lib)|-perl$/,
    finish: (root) => void writeStarter(root, STARTER, 'usr/sbin/pgbouncer'),
    onProgress,
  });
  return join(root, STARTER);
}
