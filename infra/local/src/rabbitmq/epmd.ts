import { connect } from 'node:net';
import { join } from 'node:path';
import type { RunFolder } from '../stack/run-folder.ts';
import { SupervisedProcess } from '../stack/supervised-process.ts';

/** Where the nodes of one run find each other by name. */
export interface Epmd {
  port: number;
  /** Before a node starts. */
  start(node: string): Promise<void>;
  /** After a node was stopped; with the last one it ends. */
  stop(node: string): Promise<void>;
}

/**
 * Erlang starts a missing epmd by itself, as a daemon that outlives the broker and that nobody would stop. Started here
 * first, and in the foreground, it is a process like any other.
 */
export function privateEpmd(
  { folder, port, logFile }: { folder: string; port: number; logFile: string },
  env: Record<string, string>,
  run: RunFolder,
): Epmd {
  const ready = () =>
    new Promise<boolean>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket.end() !== undefined));
      socket.once('error', reject);
    });
  const process = new SupervisedProcess(
    {
      name: 'epmd',
      command: join(folder, 'epmd'),
      args: [],
      env: { ...env, ERL_EPMD_PORT: String(port), ERL_EPMD_ADDRESS: '127.0.0.1' },
      logFile,
      stopSignal: 'SIGTERM',
      stopWithinMs: 2000,
      ready,
      readyWithinMs: 10_000,
    },
    run,
  );
  const nodes = new Set<string>();
  let started: Promise<void> | undefined;
  return {
    port,
    start(node) {
      nodes.add(node);
      return (started ??= process.start());
    },
    async stop(node) {
      nodes.delete(node);
      if (nodes.size > 0) return;
      started = undefined;
      await process.stop();
    },
  };
}
