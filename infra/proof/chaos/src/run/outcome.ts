import type { Finding, Ledger, Signup, Verdict } from '@tributary/e2e';
import type { RunRecord, RunVerdict, ScenarioOutcome } from '../report/record.ts';
import type { Performance } from './perform.ts';

/** Each finding belongs to the scenario during which its person signed up. */
export function outcomesOf(performances: readonly Performance[], ledger: Ledger, verdict: Verdict): ScenarioOutcome[] {
  const acceptedIn = Map.groupBy(ledger.accepted, seedOf);
  return performances.map(({ act, fromMs, toMs = fromMs, problems }) => {
    const accepted = acceptedIn.get(act.seed) ?? [];
    const people = new Set(accepted.map(({ id }) => id));
    const theirs = <Item extends { whose?: string }>(items: Item[]) =>
      items.filter(({ whose = '' }) => people.has(whose));
    const copies = theirs(verdict.copied).reduce((sum, { copies }) => sum + copies, 0);
    const { name, expected } = act.scenario;
    const outcome = { accepted: accepted.length, extraCopies: copies, ...tallied(theirs(verdict.findings), problems) };
    return { name, expected, fromMs, toMs, verdict: outcome };
  });
}

/** The whole run, with what belongs to nobody: a message that is still there, two answers to one key. */
export function totalOf(performances: readonly Performance[], ledger: Ledger, verdict: Verdict): RunRecord['total'] {
  const { accepted, refused, repeats } = ledger;
  const problems = performances.flatMap(({ act, problems }) => problems.map((it) => `${act.scenario.name}: ${it}`));
  // Whatever is down: "not now" is an answer, "I do not know what happened" is none.
  if (repeats['500']) problems.push(`signup answered 500, ${repeats['500']} times`);
  return {
    accepted: accepted.length,
    extraCopies: verdict.extraCopies,
    ...tallied(verdict.findings, problems),
    refused: refused.length,
    repeats,
  };
}

type Tally = Pick<RunVerdict, 'lost' | 'doubled' | 'unexpected' | 'lines'>;

function tallied(findings: readonly Finding[], problems: readonly string[]): Tally {
  const tally: Tally = { lost: 0, doubled: 0, unexpected: problems.length, lines: [] };
  for (const { kind, count } of findings) tally[kind] += count;
  tally.lines = [...problems.map((problem) => `unexpected ${problem}`), ...findings.map(({ line }) => line)];
  return tally;
}

/** `7003-0042` came in the act with the seed 7003. */
const seedOf = ({ who }: Signup) => Number.parseInt(who, 10);
