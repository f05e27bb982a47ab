import type { Leftover } from '../stack/run-folder.ts';
import { pidOf } from '../stack/run-processes.ts';

/** What runs that were killed have left, and how to end it. Empty when there is nothing. */
export function leftoversInWords(leftovers: readonly Leftover[]): string {
  if (leftovers.length === 0) return '';
  const processes = leftovers.flatMap((leftover) => leftover.processes);
  const still = processes.length ? `these ${processes.length} processes run on:` : 'its data is still there.';
  return [
    `A run of this copy was killed; ${still}`,
    ...processes.map(({ name, identity }) => `  ${name.padEnd(28)}  pid ${pidOf(identity)}`),
    'npm run demo -- stop   ends and removes what it left,',
    'npm run demo           does so, too, and starts anew',
  ].join('\n');
}
