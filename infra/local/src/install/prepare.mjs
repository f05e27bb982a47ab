import { findNode, requireSomeNode } from './find-node.mjs';
import { installIfNeeded } from './install-if-needed.mjs';
import { Stopped } from './npm-ci.mjs';

/** What the bootstrap itself and npm run on. */
const OLDEST_NODE = 20;

/**
 * From a fresh clone to what can be run. Says why and exits when that cannot be.
 * @param {string} root
 * @returns {Promise<string>} path of the Node that runs the project
 */
export async function prepare(root) {
  try {
    if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
      throw new Error(
        `Node ${process.versions.node} is too old even to install the project: use Node ${OLDEST_NODE} or newer.`,
      );
    }
    if (process.platform === 'win32') throw new Error('Windows is not supported: run it inside WSL 2.');
    requireSomeNode(root);
    await installIfNeeded(root);
    return findNode(root);
  } catch (error) {
    console.error(`\n${/** @type {Error} */ (error).message}`);
    process.exit(error instanceof Stopped ? error.exitCode : 1);
  }
}
