import { type Finding, queuesAreEmpty, type Verdict, verdictOf, type World } from '@tributary/e2e';
import { eventually } from '@tributary/testing';

const LONGEST_MS = 300_000;

/**
 * What is wrong that was not wrong before. Waits until nothing is, then for silence, and looks again: for what came too late or once too
 * often.
 * @param known lines of earlier verdicts: what was lost stays lost
 * @param enough from then on nothing is waited for
 */
export async function judge(
  world: World,
  known: ReadonlySet<string>,
  enough: AbortSignal,
): Promise<{ verdict: Verdict; fresh: Finding[] }> {
  const look = async () => {
    const verdict = await verdictOf(world);
    return { verdict, fresh: verdict.findings.filter(({ line }) => !known.has(line)) };
  };
  const isClean = async () => enough.aborted || (await look()).fresh.length === 0;
  await eventually(isClean, { timeoutMs: LONGEST_MS, intervalMs: 500 }).catch(() => undefined);
  const isQuiet = async () => enough.aborted || (await queuesAreEmpty(world));
  await eventually(isQuiet, { timeoutMs: 15_000, intervalMs: 250 }).catch(() => undefined);
  return look();
}

/** `lost 1, doubled 2` */
export function inShort(findings: readonly Finding[]): string {
  const kinds = Map.groupBy(findings, ({ kind }) => kind);
  const sum = (of: readonly Finding[]) => of.reduce((total, { count }) => total + count, 0);
  return [...kinds].map(([kind, of]) => `${kind} ${sum(of)}`).join(', ');
}
