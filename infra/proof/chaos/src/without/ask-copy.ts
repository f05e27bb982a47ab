import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { plainEnvironment } from '@tributary/local';
import type { Finding } from './finding.ts';
import { copyFolder } from './scratch-copy.ts';
import type { SituationName } from './situations.ts';

export interface AskOptions {
  seed: number;
  /** Nothing was taken away: all of it must come clean, and is waited for. */
  control?: boolean;
  onFinding?: (finding: Finding) => void;
  signal: AbortSignal;
}

/** Starts a system of the copy's code, lets these situations happen to it one after the other, and asks its ledger after each. */
export async function askCopy(names: SituationName[], options: AskOptions): Promise<Finding[]> {
  const { seed, control, signal } = options;
  const findings: Finding[] = [];
  const child = fork(
    join(copyFolder, 'infra/proof/chaos/src/without/in-copy.ts'),
    [...names, '--seed', String(seed), ...(control ? ['--control'] : [])],
    {
      cwd: copyFolder,
      env: plainEnvironment(),
      execArgv: ['--conditions=@tributary/source', '--no-warnings', '--experimental-transform-types'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  );
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4_000)));
  child.on('message', (finding: Finding) => {
    findings.push(finding);
    options.onFinding?.(finding);
  });
  // It stops its system and everything on it, also when this process is killed and the channel with it.
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    signal.throwIfAborted();
    if (code !== 0) throw new Error(`The system in ${copyFolder} ended with code ${code}:\n${errors}`);
    return findings;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
