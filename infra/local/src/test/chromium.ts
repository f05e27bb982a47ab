import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDebian, unpackedPackages } from '../machine/debian-packages.ts';
import { writeStarter } from './starter.ts';

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
    finish: (root) => void writeStarter(root, STARTER, 'usr/lib/chromium/chromium', FONTS),
    onProgress,
  });
  return join(root, STARTER);
}

/** Without fonts of its own configuration it draws none. */
const FONTS = `[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_PATH="$here/etc/fonts"\n`;
