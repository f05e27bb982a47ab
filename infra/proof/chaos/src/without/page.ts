import { code, table } from '@tributary/local';
import { diffOf, type Guarantee } from './guarantee.ts';
import { situations } from './situations.ts';
import type { Outcome } from './without-one.ts';

/** For the terminal and the page: what was taken away, and who noticed. */
export const outcomesTable = (outcomes: readonly Outcome[]): string =>
  table([
    ['without', 'what is done instead', 'what happened', 'seen by'],
    ...outcomes.map(({ guarantee: { name, removes }, what, by }) => [code(name), removes, what, by]),
  ]);

/** What the page says of a guarantee before any run: a spec compares it with the code. */
export const guaranteeSection = (guarantee: Guarantee): string => `## Without ${guarantee.name}

${guarantee.isFor}

Instead: ${guarantee.removes}

${fenced('diff', diffOf(guarantee))}

${whereItMatters(guarantee)}`;

const whereItMatters = ({ missed }: Guarantee) =>
  'spec' in missed
    ? `A whole system shows nothing of it within minutes; a spec of the project does.`
    : `Then ${situations[missed.situation].what}.`;

/** `docs/sabotages.md`, from a run of all of them. */
export function sabotagesPage(outcomes: readonly Outcome[], seed: number): string {
  const sections = outcomes.map(
    ({ guarantee, what, lines, by }) => `${guaranteeSection(guarantee)} Seen by ${by}: **${what}**.

${fenced('', lines.slice(0, 4).join('\n'))}
`,
  );
  return `# What each guarantee is for

_Written by ${code(`WRITE_DOCS=1 npm run chaos -- --without all --seed ${seed}`)}. A test compares the guarantees and what was taken away with the code; the figures are of that run._

${code('npm run chaos -- --without inbox')} takes one guarantee away in a copy of the repository, runs the situation in which it matters against the whole system, and lets the ledger say who lost what
or got something twice. The same situations with everything in place come clean: that is looked at first. The checks are checked by it too: each of these changes has to be noticed.

${outcomesTable(outcomes)}

${sections.join('\n')}`;
}

const fenced = (language: string, text: string) => `\`\`\`${language}\n${text}\n\`\`\``;
