import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDebian, unpackedPackages } from '../machine/debian-packages.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
const STARTER = 'chromium-unpacked';

/** A Chromium or Chrome to test pages with: this machine's, else unpacked into the cache folder. */
export async function findChromium(onProgress: (line: string) => void): Promise<string | undefined> {
  const given = process.env['TRIBUTARY_TEST_CHROMIUM'];
  if (given) return given;
  const path = (process.env['PATH'] ?? '').split(':');
  const found = [...NAMES.flatMap((name) => path.map((folder) => join(folder, name))), MAC].find((file) =>
    existsSync(file),
  );
  if (found || !isDebian()) return found;
  const root = await unpackedPackages({
    package: 'chromium',
    always: /^chromium(-common)?$/,
    never: /^(dbus|systemd|xdg|adwaita|hicolor|gtk|gsettings|dconf|perl|python|adduser|passwd)|-(perl|bin|doc)$/,
    finish: writeStarter,
    onProgress,
  });
  return join(root, STARTER);
}

/** Its libraries are beside it and not where the system looks; without fonts of its own configuration it draws none. */
function writeStarter(root: string): void {
  const file = join(root, STARTER);
  const script = `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
for folder in "$here"/usr/lib/*-linux-gnu "$here"/usr/lib/*-linux-gnu/*/ "$here"/lib/*-linux-gnu; do
  LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder"
done
export LD_LIBRARY_PATH
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_PATH="$here/etc/fonts"
exec "$here/usr/lib/chromium/chromium" "$@"
`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
}
