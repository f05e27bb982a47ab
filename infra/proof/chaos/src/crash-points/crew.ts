import { type Intent, mix } from '@tributary/e2e';

type Does = (intent: Intent) => boolean;

const renamed: Does = ({ workspaceNames }) => workspaceNames.length > 1;
const stays: Does = (intent) => !intent.withdraws && !renamed(intent);

/** Who is needed so that every boundary is passed several times. Whoever comes back has to wait for a whole life first. */
const WANTED: [howMany: number, who: Does][] = [
  [6, (intent) => stays(intent) && intent.requests === 1],
  [1, (intent) => stays(intent) && intent.requests > 1],
  [3, (intent) => renamed(intent) && !intent.withdraws],
  [3, ({ withdraws, comesBack }) => withdraws === 'at-once' && !comesBack],
  [1, ({ withdraws }) => withdraws === 'when-failed'],
  [2, ({ withdraws, comesBack }) => withdraws === 'when-settled' && !comesBack],
];
const ENOUGH = 400;

/** Few people of the ledger's seeded mix, who between them do everything there is to do. */
export function crew(seed: number): Intent[] {
  const people = mix(seed, ENOUGH);
  return WANTED.flatMap(([howMany, who]) => people.filter(who).slice(0, howMany));
}

/**
 * Every other one of a crew has their first mail refused for the moment: otherwise nothing would be tried again. Of this crew only: a mail
 * that was cut off earlier comes back in half a minute, and would be sent away for another two.
 */
export const comeAgain = (seed: number) => {
  const some = new RegExp(`^p${seed}-\\d*[02468]@`);
  return (recipient: string, attempt: number) => (attempt === 1 && some.test(recipient) ? { data: 451 } : undefined);
};
