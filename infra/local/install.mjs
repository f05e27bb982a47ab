import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './src/machine/lock.mjs';

/** `npm ci` when node_modules is missing or not what package-lock.json says. @param {string} root */
export async function installIfNeeded(root) {
  const marker = join(root, 'node_modules', '.tributary-lock-hash');
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const installed = () => read(marker) === hash;
  if (installed()) return;
  const waiting = (pid) => console.log(`  another run (pid ${pid}) is installing packages: waiting for it`);
  await withLock(join(root, '.tributary', 'install.lock'), waiting, async () => {
    if (installed()) return;
    if (!agreesWithLock(root)) await npmCi(root);
    writeFileSync(marker, hash);
  });
}

/** Whoever ran `npm install` by hand need not wait for a second installation. */
function agreesWithLock(root) {
  const have = JSON.parse(read(join(root, 'node_modules', '.package-lock.json')) ?? '{}').packages;
  if (!have) return false;
  const want = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(want).every(
    ([path, { version, optional, devOptional, link }]) =>
      !path.startsWith('node_modules/') ||
      (have[path] ? link || have[path].version === version : optional || devOptional),
  );
}

async function npmCi(root) {
  const folder = join(root, '.tributary', 'logs');
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'install.log');
  const output = openSync(log, 'w');
  // The pinned Node is about to be deleted and installed again: npm must run under the machine's own.
  const PATH = process.env.PATH.split(':')
    .filter((entry) => !entry.endsWith('node_modules/.bin'))
    .join(':');
  const began = Date.now();
  const child = spawn('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', output, output],
    env: { ...process.env, PATH },
  });
  const abort = (signal) => {
    child.kill(signal);
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, abort);
  const tell = setInterval(() => show(began), process.stdout.isTTY ? 1000 : 10_000);
  console.log(`Installing packages: a minute or so, once (log: ${log})`);
  const [code, error] = await new Promise((resolve) => {
    child.on('error', (cause) => resolve([1, cause]));
    child.on('exit', (exitCode) => resolve([exitCode, undefined]));
  });
  clearInterval(tell);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, abort);
  if (error) throw new Error(`npm could not be started (${error.message}). It comes with Node: https://nodejs.org`);
  if (code !== 0) throw new Error(`npm ci failed (all of it: ${log})\n${errorsIn(read(log))}`);
  show(began);
  if (process.stdout.isTTY) console.log('');
}

/** npm says what is wrong first, and then explains its own options at length. */
function errorsIn(text) {
  const errors = text.split('\n').filter((line) => line.startsWith('npm error'));
  return (errors.length ? errors : text.split('\n').slice(-12)).slice(0, 12).join('\n');
}

function show(began) {
  const line = `  npm ci: ${Math.round((Date.now() - began) / 1000)} s`;
  process.stdout.write(process.stdout.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
