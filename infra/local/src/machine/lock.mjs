// Plain JavaScript because the bootstrap uses it too, before anything is installed.
import { appendFileSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isRunning } from './process-identity.mjs';

/**
 * Runs `work` while no other process holds the same lock file. The file has one identity a line: the holder, then the
 * process groups that work for it. When the holder was killed, the next run ends those groups before it takes the lock.
 * @template Result
 * @param {string} file
 * @param {(holder: number) => void} onWait called once, with the pid of the holder, when another process is at work
 * @param {(alsoHeldBy: (pid: number) => void) => Promise<Result>} work `alsoHeldBy` takes the pid of a process that leads
 *   its own group and writes where `work` writes
 * @returns {Promise<Result>}
 */
export async function withLock(file, onWait, work) {
  const own = `${identify(process.pid)}\n`;
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; !take(file, own); await delay(300)) {
    const content = read(file);
    if (content === undefined) continue;
    const [holder, ...groups] = content.trim().split('\n');
    if (!isRunning(holder)) {
      const left = groups.filter(isRunning);
      if (left.length) left.forEach(endGroup);
      else clear(file, content);
    } else if (!told) {
      told = true;
      onWait(Number.parseInt(holder, 10));
    }
  }
  try {
    return await work((pid) => appendFileSync(file, `${identify(pid)}\n`));
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * The file appears with its content: an empty one would look like that of a dead holder.
 * @param {string} file @param {string} own
 */
function take(file, own) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, own);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Two processes may find the same dead holder: the slower one must not remove the lock that the quicker one has taken.
 * @param {string} file @param {string} dead
 */
function clear(file, dead) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (read(aside) !== dead) linkSync(aside, file);
  } catch {
    // The lock was gone, or is taken again.
  }
  rmSync(aside, { force: true });
}

/** @param {string} identity of the group's leader */
function endGroup(identity) {
  try {
    process.kill(-Number.parseInt(identity, 10), 'SIGKILL');
  } catch {
    // It ended in between.
  }
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
