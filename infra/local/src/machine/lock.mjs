// Plain JavaScript because the bootstrap uses it too, before anything is installed.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isRunning } from './process-identity.mjs';

/**
 * Runs `work` while no other process holds the same lock file. A lock whose holder was killed does not count.
 * @template Result
 * @param {string} file
 * @param {(holder: number) => void} onWait called once, with the pid of the holder, when somebody else is at work
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function withLock(file, onWait, work) {
  const own = `${identify(process.pid)}\n`;
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; !take(file, own); await delay(300)) {
    const holder = read(file);
    if (holder === undefined) continue;
    if (!isRunning(holder.trim())) {
      if (read(file) === holder) rmSync(file, { force: true });
    } else if (!told) {
      told = true;
      onWait(Number.parseInt(holder, 10));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file @param {string} own */
function take(file, own) {
  try {
    writeFileSync(file, own, { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
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
