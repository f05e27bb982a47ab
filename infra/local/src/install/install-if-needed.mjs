import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../machine/lock.mjs';
import { agreesWithLock, forgetInstalled, isMarkedInstalled, markInstalled } from './installed.mjs';
import { npmCi } from './npm-ci.mjs';

/**
 * `npm ci` when node_modules is missing or not what package-lock.json says, one process at a time.
 * @param {string} root
 */
export async function installIfNeeded(root) {
  if (isMarkedInstalled(root)) return;
  const waiting = (/** @type {number} */ pid) =>
    console.log(`  another run (pid ${pid}) is installing packages: waiting for it`);
  await withLock(join(root, '.tributary', 'install.lock'), waiting, async (alsoHeldBy) => {
    if (isMarkedInstalled(root)) return;
    if (!agreesWithLock(root)) {
      forgetInstalled(root);
      await npmCi(root, alsoHeldBy);
    }
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    markInstalled(root);
  });
}
