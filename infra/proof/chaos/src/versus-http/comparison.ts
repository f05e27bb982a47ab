import type { Verdict } from '@tributary/e2e';
import type { Course } from './arrivals.ts';
import type { Figures } from './figures.ts';

const LABEL = 52;
const COLUMN = 15;

/** Side by side, for the terminal. */
export function comparison(chain: Figures, river: Figures, { deadToMs, lookAfterMs }: Course): string {
  const row = (label: string, ...cells: string[]) =>
    `  ${label.padEnd(LABEL)}${cells.map((cell) => cell.padStart(COLUMN)).join('')}`;
  const count = (label: string, figure: keyof Figures) =>
    row(label, ...[chain, river].map((one) => one[figure].toLocaleString('en')));
  const times = (label: string, figure: 'p50' | 'p99') =>
    row(label, `${(chain[figure] / river[figure]).toFixed(1)} ×`, '1 ×');
  return [
    row('', 'HTTP calls', 'choreography'),
    count('people who signed up', 'people'),
    count('requests they made, one retry each', 'requests'),
    count('accepted', 'accepted'),
    count('told that it failed', 'failed'),
    count('  and got a welcome mail all the same', 'welcomedAnyway'),
    count('got the same mail more than once', 'writtenToTwice'),
    count('  surplus mails in all', 'surplusMails'),
    times('time to the answer while all is well, p50', 'p50'),
    times('time to the answer while all is well, p99', 'p99'),
    `  ${lookAfterMs / 1000} s after the service was back (${(deadToMs + lookAfterMs) / 1000} s after the beginning)`,
    count('account, workspace and mail', 'complete'),
    count('left half-done: an account without the rest', 'halfDone'),
  ].join('\n');
}

/** Why the comparison shows nothing. Undefined when the choreography lost nothing and the chain failed somebody. */
export function whatSpoilsIt(chain: Figures, river: Figures, verdict: Pick<Verdict, 'lines'>): string | undefined {
  if (verdict.lines.length > 0) return 'The choreography has not done what it accepted.';
  if (river.failed + river.halfDone > 0) return 'The choreography failed somebody.';
  if (chain.failed === 0) return 'The chain failed nobody: the outage was none.';
  return undefined;
}
