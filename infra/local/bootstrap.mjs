// The first thing a fresh clone runs: nothing is installed yet, and the machine's own Node may be an old one.
// It makes node_modules complete, then hands over to the TypeScript entry under the Node that the project pins.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installIfNeeded } from './install.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

/**
 * @param {string} entry TypeScript file, relative to infra/local/src
 * @param {string[]} nodeOptions what that file needs beyond the usual
 */
export async function bootstrap(entry, ...nodeOptions) {
  if (Number.parseInt(process.versions.node, 10) < 20) {
    fail(`Node ${process.versions.node} is too old even to install the project: use Node 20 or newer.`);
  }
  if (process.platform === 'win32') fail('Windows is not supported: run it inside WSL 2.');
  try {
    await installIfNeeded(root);
  } catch (error) {
    fail(error.message);
  }
  const child = spawn(
    pinnedNode(),
    [
      '--conditions=@tributary/source',
      '--no-warnings',
      ...nodeOptions,
      join(here, 'src', entry),
      ...process.argv.slice(2),
    ],
    { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: { ...process.env, PATH: pathWithPinnedNode() } },
  );
  // The entry stops everything on these, and on the loss of the ipc channel should this process be killed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm passes a SIGTERM on to its shell, which ends and tells nobody.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1000).unref();
  child.on('exit', (code, signal) => {
    // A killed entry cannot give the terminal back from key-by-key input.
    if (signal && process.stdin.isTTY) spawnSync('stty', ['sane'], { stdio: 'inherit' });
    if (signal === 'SIGKILL') {
      console.error('\nIt was killed (SIGKILL), and what it started may run on: npm run demo -- status');
    }
    process.exit(code ?? 1);
  });
}

function pinnedNode() {
  const candidates = ['node_modules/node/bin/node', 'node_modules/.bin/node'].map((path) => join(root, path));
  return candidates.find((path) => existsSync(path)) ?? fail('The package "node" is not installed: run npm ci.');
}

function pathWithPinnedNode() {
  return [join(root, 'node_modules', '.bin'), process.env.PATH].join(':');
}

function fail(message) {
  console.error(`\n${message}`);
  process.exit(1);
}
