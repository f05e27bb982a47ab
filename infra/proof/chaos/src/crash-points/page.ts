import { table } from '@tributary/local';
import { matrix } from './matrix.ts';
import { moments, NOT_TRIED, type Outcome } from './outcome.ts';

export interface Figures {
  outcomes: readonly Outcome[];
  seed: number;
  accepted: number;
  extraCopies: number;
}

/** Services beside each other, then their relays: eight columns are too wide for anybody. */
export const tables = (processes: readonly string[], outcomes: readonly Outcome[]): string[] =>
  [processes.filter((name) => !name.endsWith('-relay')), processes.filter((name) => name.endsWith('-relay'))]
    .filter((group) => group.length > 0)
    .map((group) => table(matrix(group, outcomes)));

/** `docs/crash-points.md` */
export function crashPointsPage(
  processes: readonly string[],
  { outcomes, seed, accepted, extraCopies }: Figures,
): string {
  const tried = outcomes.filter(({ wrong }) => wrong !== NOT_TRIED);
  const left = outcomes.length - tried.length;
  const counted = [
    `${tried.length} crashes`,
    `${tried.filter(({ wrong }) => wrong).length} of them not clean`,
    ...(left > 0 ? [`${left} not tried after that`] : []),
  ];
  const rows = Object.entries(moments).map(([moment, point]) => {
    const died = outcomes.filter((it) => it.point === point);
    const verdict = died.length > 0 && died.every(({ wrong }) => !wrong) ? '✓' : 'not clean';
    return [moment, point, died.map(({ process }) => process).join(', '), verdict];
  });
  return `# Where every process has died, and what was lost

_Written by \`npm run chaos -- --crash-points\` (infra/proof/chaos/src/crash-points). Run that, do not change this page._

A module that Node loads before the program wraps what the process reaches the world through: statements to PostgreSQL, deliveries, acks, publishes and confirms, mails, and answers to those who
change something. No line of it is in the services. First every process writes down what it passes while a crew of the ledger's mix signs up, chooses other names and withdraws: the rows below
are found, not listed. Then each is killed with SIGKILL just before and just after a call of each, while another crew plays, and started again. After every few crashes, when everybody is through
and nothing moves, databases, queues, dead letters, projections and mailbox are held against what was accepted. A crash that does not happen is an error.

Seed ${seed}: ${counted.join(', ')}; ${accepted} signups accepted; ${extraCopies} extra copies of mails, each with the Message-ID of the first, from a crash
between the mail server's 250 and our record.

## The moments that matter

${table([['the process dies', 'which is', 'died there', 'verdict'], ...rows])}

## Every point

✓ died there, and nothing was lost or done twice; two of them: just before it, and just after it; – it never does that. _After_ a statement means that the server has answered, and _before
confirm_ that the broker has the message, and in both cases that the process does not know it yet. A COMMIT is one that has something to commit, a lock one that has found its row.

${tables(processes, outcomes).join('\n\n')}
`;
}
