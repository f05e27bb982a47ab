import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs TypeScript without a build. */
const NEEDED = 24;

/**
 * The Node that runs the project: the one npm has brought for this machine, else the machine's own when it is recent.
 * @param {string} root
 * @returns {string} path of the program; throws with what to do when there is none
 */
export function findNode(root) {
  const brought = join(root, 'node_modules', packageName(), 'bin', 'node');
  // A system with another C library (Alpine) gets the package too, and cannot run it.
  if (existsSync(brought) && spawnSync(brought, ['--version']).status === 0) return brought;
  if (ownIsRecent()) return process.execPath;
  throw new Error(noNode(existsSync(brought) ? `${brought} does not run here` : `npm brought no ${packageName()}`));
}

/** Before a minute of installing: throws when npm has no Node for this machine and the machine's own is old. @param {string} root */
export function requireSomeNode(root) {
  const { optionalDependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (!ownIsRecent() && !(packageName() in optionalDependencies)) {
    throw new Error(noNode(`npm brings no Node for ${process.platform} on ${process.arch}`));
  }
}

function packageName() {
  return `node-${process.platform}-${process.arch}`;
}

function ownIsRecent() {
  return Number.parseInt(process.versions.node, 10) >= NEEDED;
}

/** @param {string} why */
function noNode(why) {
  return `The project needs Node ${NEEDED} or newer, this is ${process.versions.node}, and ${why}: install Node ${NEEDED} (https://nodejs.org).`;
}
