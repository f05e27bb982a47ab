import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { showProgress } from './npm-progress.mjs';

/** npm and the terminal both pass on the same Ctrl-C: what comes this soon after the first is the same one. */
const SAME_CTRL_C_MS = 700;

/** A setting of the user (`omit`, NODE_ENV=production) would leave out what the demo needs. */
const EVERYTHING = ['--include=dev', '--include=optional'];

export class Stopped extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super('Stopped. The next run installs again.');
    /** What a shell calls it. */
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Resolves when node_modules is complete. Throws with npm's own errors, or `Stopped` after SIGINT, SIGTERM or SIGHUP:
 * never before npm has ended, because npm goes on with its current step for up to a minute.
 * @param {string} root
 * @param {(pid: number) => void} alsoHeldBy
 */
export async function npmCi(root, alsoHeldBy) {
  const folder = join(root, '.tributary', 'logs');
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'install.log');
  const output = openSync(log, 'w');
  // The pinned Node is about to be deleted and installed again: npm must run under the machine's own.
  const PATH = (process.env['PATH'] ?? '')
    .split(':')
    .filter((entry) => !entry.endsWith('node_modules/.bin'))
    .join(':');
  // npm starts when it is in the lock: should this process be killed before, `read` finds the end of its input instead.
  const npm = ['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=http', ...EVERYTHING];
  const child = spawn('sh', ['-c', 'read -r go && exec "$@"', 'sh', ...npm], {
    cwd: root,
    stdio: ['pipe', output, output],
    env: { ...process.env, PATH },
    detached: true, // a group of its own: Ctrl-C reaches npm through us alone, and SIGKILL all that npm has started
  });
  console.log(`Installing packages, once: 0.95 GB in node_modules, one to three minutes (log: ${log})`);
  const hideProgress = showProgress(log);
  const stopping = stopOnSignals(child);
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ?? code));
  });
  if (child.pid) alsoHeldBy(child.pid);
  child.stdin.on('error', () => undefined); // it ended already
  child.stdin.end('go\n');
  const outcome = await ended.finally(() => {
    stopping.done();
    killGroup(child, 'SIGKILL'); // install scripts that outlived npm
    hideProgress();
  });
  if (stopping.signal) throw new Stopped(stopping.signal);
  if (outcome === 127) throw new Error('npm could not be started. It comes with Node: https://nodejs.org');
  if (outcome !== 0) throw new Error(`npm ci failed with ${outcome} (all of it: ${log})\n${errorsIn(log)}`);
}

/** @param {import('node:child_process').ChildProcess} child */
function stopOnSignals(child) {
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  let askedAt = 0;
  const ask = (/** @type {NodeJS.Signals} */ signal) => {
    if (!askedAt) {
      askedAt = Date.now();
      stopping.signal = signal;
      console.log('\nStopping npm: it first ends what it is doing, up to a minute (Ctrl-C again: at once)');
      killGroup(child, signal);
    } else if (Date.now() - askedAt > SAME_CTRL_C_MS) {
      killGroup(child, 'SIGKILL');
    }
  };
  const stopping = {
    signal: /** @type {NodeJS.Signals | undefined} */ (undefined),
    done: () => signals.forEach((signal) => process.off(signal, ask)),
  };
  signals.forEach((signal) => process.on(signal, ask));
  return stopping;
}

/** @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal */
function killGroup(child, signal) {
  try {
    if (child.pid) process.kill(-child.pid, signal);
  } catch {
    // All of it has ended.
  }
}

/** npm says what is wrong first, and then explains its own options at length. @param {string} log */
function errorsIn(log) {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  const errors = lines.filter((line) => line.startsWith('npm error'));
  return (errors.length ? errors.slice(0, 12) : lines.slice(-12)).join('\n');
}
