import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, os?: string | string[], cpu?: string | string[], libc?: string | string[] }} Locked */

/** Whether node_modules was complete when it was last looked at, and no lock file has changed since. @param {string} root */
export function isMarkedInstalled(root) {
  return read(marker(root)) === fingerprint(root);
}

/** @param {string} root */
export function markInstalled(root) {
  writeFileSync(marker(root), fingerprint(root));
}

/** npm removes packages first and its list of them last: what a killed npm leaves must not count. @param {string} root */
export function forgetInstalled(root) {
  rmSync(marker(root), { force: true });
  rmSync(npmsList(root), { force: true });
}

/**
 * Whether node_modules has every package that package-lock.json names for this machine: after `npm install` by hand
 * there is nothing to do.
 * @param {string} root
 */
export function agreesWithLock(root) {
  const have = packagesIn(npmsList(root));
  return Object.entries(packagesIn(join(root, 'package-lock.json'))).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = have[path];
    if (!found) return mayBeMissing(wanted);
    return wanted.link || (found.version === wanted.version && existsSync(join(root, path, 'package.json')));
  });
}

/** `npm ci --omit=optional` leaves out programs that are needed: the database, Node, the compiler of the tests. */
function mayBeMissing(/** @type {Locked} */ { optional, devOptional, os, cpu, libc }) {
  if (!optional && !devOptional) return false;
  const forThisMachine = os && cpu && !libc && fits(os, process.platform) && fits(cpu, process.arch);
  return !forThisMachine;
}

/** @param {string | string[]} list @param {string} value */
function fits(list, value) {
  return [list].flat().includes(value);
}

/** @param {string} root */
function fingerprint(root) {
  const hash = createHash('sha256');
  for (const file of [join(root, 'package-lock.json'), npmsList(root)]) hash.update(read(file) ?? '').update('\0');
  return hash.digest('hex');
}

/** @param {string} root */
function marker(root) {
  return join(root, 'node_modules', '.tributary-lock-hash');
}

/** npm's own list of what it has installed. @param {string} root */
function npmsList(root) {
  return join(root, 'node_modules', '.package-lock.json');
}

/** @param {string} lock @returns {Record<string, Locked>} */
function packagesIn(lock) {
  return JSON.parse(read(lock) ?? '{}').packages ?? {};
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
