// The first thing a fresh clone runs: nothing is installed yet, and the machine's own Node may be an old one.
// It makes node_modules complete, then hands over to the TypeScript entry under the Node that the project pins.
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './src/install/prepare.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

/**
 * @param {string} entry TypeScript file, relative to infra/local/src
 * @param {string[]} nodeOptions what that file needs beyond the usual
 */
export async function bootstrap(entry, ...nodeOptions) {
  // The terminal may have been closed: nobody reads on, and there still is an installation or a system to stop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  stopWithParent();
  const node = await prepare(root);
  const child = spawn(
    node,
    [
      '--conditions=@tributary/source',
      '--no-warnings',
      ...nodeOptions,
      join(here, 'src', entry),
      ...process.argv.slice(2),
    ],
    { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: { ...process.env, PATH: pathWith(node) } },
  );
  // The entry stops everything on these, and on the loss of the ipc channel should this process be killed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    // A killed entry cannot give the terminal back from key-by-key input.
    if (signal && process.stdin.isTTY) spawnSync('stty', ['sane'], { stdio: 'inherit' });
    if (signal === 'SIGKILL') {
      console.error('\nIt was killed (SIGKILL), and what it started may run on: npm run demo -- status');
    }
    process.exit(code ?? 1);
  });
}

/** npm passes a SIGTERM on to its shell, which ends and tells nobody. */
function stopWithParent() {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 1000);
  timer.unref();
}

/** Programs from node_modules say `#!/usr/bin/env node`: they must find the same Node. */
function pathWith(node) {
  const brought = node.startsWith(root) ? [dirname(node)] : []; // the machine's own is in the path
  return [...brought, join(root, 'node_modules', '.bin'), process.env.PATH].join(':');
}
