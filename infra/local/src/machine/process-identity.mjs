// Plain JavaScript because the bootstrap uses it too, before anything is installed.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/**
 * Text that no other process on this machine shares: pid, and when it started. A pid alone is reused.
 * Undefined when the process is gone; a zombie counts as gone (a container without an init never reaps it).
 * @param {number} pid
 * @returns {string | undefined}
 */
export function identify(pid) {
  if (existsSync('/proc/self/stat')) {
    try {
      // The command name, in brackets, may itself contain spaces and brackets: count fields after the last one.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
      return `${pid} ${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  try {
    const options = { encoding: /** @type {const} */ ('utf8'), env: { ...process.env, LC_ALL: 'C' } };
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], options).trim();
    return line === '' || line.startsWith('Z') ? undefined : `${pid} ${line.replace(/^\S+\s+/, '')}`;
  } catch {
    return undefined;
  }
}

/**
 * @param {string | undefined} identity what `identify` gave earlier
 * @returns {boolean} whether that very process is still there
 */
export function isRunning(identity) {
  return identity !== undefined && identity !== '' && identify(Number.parseInt(identity, 10)) === identity;
}
