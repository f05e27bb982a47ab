import { groups, type Scenario } from './scenario.ts';

/** For `--list`: what there is, group by group. */
export function listOf(scenarios: readonly Scenario[]): string {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  const line = ({ name, what, expected, needs, long }: Scenario) => {
    const marks = [needs && `needs ${needs}`, long && 'not in the two-minute selection'].filter(Boolean).join(', ');
    return `  ${name.padEnd(width)}  ${what}: ${expected}${marks ? ` (${marks})` : ''}`;
  };
  return groups
    .flatMap((group) => [group, ...scenarios.filter((scenario) => scenario.group === group).map(line)])
    .join('\n');
}
