import { killed } from '../faults/process-faults.ts';
import type { Scenario } from './scenario.ts';

// prettier-ignore
/** More than comes usually. */
export const load: Scenario[] = [
  { name: 'burst', group: 'load', what: '600 people within seconds', expected: 'all are accepted, and served in time', perSecond: 200, people: 600, steps: () => [], needs: 'processes' },
  { name: 'burst-without-email', group: 'load', what: '600 people within seconds while email is dead', expected: 'their mails wait, each goes out once', perSecond: 200, people: 600, steps: () => [{ at: 0, do: killed('email'), for: 6 }], needs: 'processes' },
];
