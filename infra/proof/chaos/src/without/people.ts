import { type Intent, mix } from '@tributary/e2e';

/**
 * People of a seeded mix who wait for no news of theirs: whoever waits for a fact that was lost would wait for ever. Seeds that differ give
 * different people, so that several situations can happen to one system.
 */
export function impatient(seed: number, count: number): Intent[] {
  const waits = ({ workspaceNames, withdraws }: Intent) =>
    workspaceNames.length > 1 || (withdraws !== undefined && withdraws !== 'at-once');
  return mix(seed, 3 * count)
    .filter((intent) => !waits(intent))
    .slice(0, count);
}
