import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A script that starts a program unpacked below `root`: its libraries are beside it and not where the system looks. `more` may set what else it needs. */
export function writeStarter(root: string, name: string, program: string, more = ''): string {
  const file = join(root, name);
  const script = `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
for folder in "$here"/usr/lib/*-linux-gnu "$here"/usr/lib/*-linux-gnu/*/ "$here"/lib/*-linux-gnu; do
  LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder"
done
export LD_LIBRARY_PATH
${more}exec "$here/${program}" "$@"
`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  return file;
}
