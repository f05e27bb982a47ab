import { constants } from 'node:os';
import { reasonOf } from './wait-for.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs a command that does one thing and ends. SIGINT and SIGTERM abort its signal, a second one ends the process at once. The exit code is 0
 * when it is done, 1 when it failed (the reason goes to stderr), 130 or 143 when it was stopped.
 */
export async function runCommand(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stopping = new AbortController();
  let stoppedBy: (typeof SIGNALS)[number] | undefined;
  const stop = (signal: (typeof SIGNALS)[number]) => {
    if (stoppedBy) process.exit(1);
    stoppedBy = signal;
    stopping.abort(new Error(`stopped by ${signal}`));
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    await work(stopping.signal);
  } catch (error) {
    process.stderr.write(`${name} ${stoppedBy ? 'was stopped' : `failed: ${reasonOf(error)}`}\n`);
    process.exitCode = stoppedBy ? 128 + constants.signals[stoppedBy] : 1;
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}
