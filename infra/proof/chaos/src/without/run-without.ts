import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endCommands, repository, type Stack, startStack, withLock } from '@tributary/local';
import type { Guarantee } from './guarantee.ts';
import { guarantees } from './guarantees.ts';
import { outcomesTable, sabotagesPage } from './page.ts';
import { buildCopy, copyFolder, makeCopy, removeCopy } from './scratch-copy.ts';
import { type Outcome, problemsOfControl, without, type WithoutOptions } from './without-one.ts';

type Options = Omit<WithoutOptions, 'servers'>;

/**
 * Takes one guarantee, or each in turn, away in a copy of the repository, and looks whether it is missed there.
 * @returns 0 when every loss and every doubling was seen, and none of it with the guarantee in place
 */
export async function runWithout(name: string, options: Options): Promise<number> {
  const { say, signal } = options;
  const chosen = guarantees.filter((guarantee) => name === 'all' || guarantee.name === name);
  if (chosen.length === 0) {
    say(`There is no guarantee "${name}". There are: ${guarantees.map((it) => it.name).join(', ')}; or all.`);
    return 1;
  }
  const waiting = (pid: number) => say(`another run (pid ${pid}) is using ${copyFolder}: waiting for it`);
  return withLock(`${copyFolder}.lock`, waiting, async () => {
    let stack: Stack | undefined;
    const servers = async () => {
      stack ??= await startStack({ only: ['broker', 'postgres'], label: 'without-specs', signal });
      return stack.urls;
    };
    signal.addEventListener('abort', endCommands);
    try {
      say(`building a copy of the sources in ${copyFolder}`);
      makeCopy();
      await buildCopy();
      return await withoutEach(chosen, { ...options, servers });
    } catch (error) {
      if (!signal.aborted) throw error;
      say('stopped');
      return 1;
    } finally {
      signal.removeEventListener('abort', endCommands);
      await stack?.stop();
      removeCopy();
    }
  });
}

async function withoutEach(chosen: Guarantee[], options: WithoutOptions): Promise<number> {
  const { say, seed, signal } = options;
  const problems = await problemsOfControl(chosen, options);
  if (problems.length > 0) {
    say('Nothing was taken away, and still:');
    for (const problem of problems.slice(0, 20)) say(`  ${problem}`);
    return 1;
  }
  const outcomes: Outcome[] = [];
  for (const guarantee of chosen) {
    signal.throwIfAborted();
    say(`without ${guarantee.name}: ${guarantee.removes}`);
    const outcome = await without(guarantee, options);
    outcomes.push(outcome);
    const verdict = outcome.caught ? 'that is what it is for' : 'NOBODY NOTICED';
    say(`without ${guarantee.name}: ${outcome.what} — ${verdict}`);
    for (const line of outcome.lines.slice(0, 5)) say(`  ${line}`);
  }
  if (outcomes.length > 1) say(outcomesTable(outcomes));
  if (!outcomes.every(({ caught }) => caught)) return 1;
  if (chosen.length === guarantees.length && process.env['WRITE_DOCS'])
    writeFileSync(join(repository, 'docs', 'sabotages.md'), sabotagesPage(outcomes, seed));
  return 0;
}
