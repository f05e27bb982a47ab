import type { StackUrls } from '@tributary/local';
import { askCopy, type AskOptions } from './ask-copy.ts';
import { type Guarantee, type InASpec, type InTheLedger, remove } from './guarantee.ts';
import { type Finding, inWords } from './finding.ts';
import { runSpec } from './run-spec.ts';
import { buildCopy, copyFolder } from './scratch-copy.ts';

/** What came of being without a guarantee. */
export interface Outcome {
  guarantee: Guarantee;
  /** The loss or the doubling was seen. */
  caught: boolean;
  /** `31 doubled`, `2 tests failed` */
  what: string;
  /** The lines of the ledger, or the titles of the tests. */
  lines: string[];
  /** Who caught it: `the ledger`, or a spec by its path. */
  by: string;
}

export interface WithoutOptions extends Omit<AskOptions, 'control' | 'onFinding'> {
  say: (line: string) => void;
  /** Servers for the project's own specs. */
  servers: () => Promise<StackUrls>;
}

const isInASpec = (missed: InTheLedger | InASpec): missed is InASpec => 'spec' in missed;

/** The same situations and specs with everything in place. @returns what is wrong then: nothing can be concluded */
export async function problemsOfControl(chosen: Guarantee[], options: WithoutOptions): Promise<string[]> {
  const missed = chosen.map((guarantee) => guarantee.missed);
  const situations = [...new Set(missed.flatMap((it) => (isInASpec(it) ? [] : [it.situation])))];
  const specs = missed.filter(isInASpec);
  const problems: string[] = [];

  const onFinding = (finding: Finding) => {
    options.say(`control: ${inWords(finding)}`);
    problems.push(...finding.verdict.lines);
  };
  if (situations.length > 0) await askCopy(situations, { ...options, control: true, onFinding });
  if (problems.length > 0) return problems;
  for (const spec of specs) {
    const { passed, failed } = await runSpec(spec, await options.servers());
    options.say(`control: ${spec.project}/${spec.spec}: ${passed} tests passed, ${failed.length} failed`);
    problems.push(...failed, ...(passed === 0 ? [`${spec.spec} has no tests`] : []));
  }
  return problems;
}

/** Takes it away in the copy, looks what is missed, and gives it back. */
export async function without(guarantee: Guarantee, options: WithoutOptions): Promise<Outcome> {
  const giveBack = remove(guarantee, copyFolder);
  try {
    const { missed } = guarantee;
    return { guarantee, ...(isInASpec(missed) ? await inASpec(missed, options) : await inTheLedger(missed, options)) };
  } finally {
    giveBack();
  }
}

async function inTheLedger(
  { situation, as }: InTheLedger,
  options: WithoutOptions,
): Promise<Omit<Outcome, 'guarantee'>> {
  await buildCopy();
  const [finding] = (await askCopy([situation], options)) as [Finding];
  const { verdict } = finding;
  const seen = verdict.findings.filter(({ kind }) => kind === as);
  const people = new Set(seen.map(({ whose }) => whose)).size;
  const what = `${verdict[as]} ${as}, of ${people} ${people === 1 ? 'person' : 'people'}`;
  return { caught: verdict[as] > 0, what, lines: seen.map(({ line }) => line), by: 'the ledger' };
}

async function inASpec(it: InASpec, { servers }: WithoutOptions): Promise<Omit<Outcome, 'guarantee'>> {
  const { failed } = await runSpec(it, await servers());
  const what = `${failed.length} ${failed.length === 1 ? 'test' : 'tests'} failed`;
  return { caught: failed.length > 0, what, lines: failed, by: `${it.project}/${it.spec}` };
}
