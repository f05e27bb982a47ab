import { compare, type Kind } from './compare.ts';
import { expectedOf } from './expected.ts';
import { extraCopies, found } from './found.ts';
import type { Ledger, Signup } from './ledger.ts';
import type { Snapshot } from './snapshot.ts';

export interface Verdict extends Record<Kind, number> {
  /**
   * Mails taken more than once with one Message-ID, which a mail program shows once: a process or a connection ended between the mail
   * server's 250 and our record. Counted; more of one mail than there were crashes is `doubled`.
   */
  extraCopies: number;
  /** One line per discrepancy, naming the signup. */
  lines: string[];
  findings: Finding[];
  /** The extra copies, person by person. */
  copied: { whose: string; copies: number }[];
}

/** One discrepancy. */
export interface Finding {
  kind: Kind;
  /** How many are missing or too many. */
  count: number;
  line: string;
  /** The id of the signup; nothing when it is nobody's. */
  whose?: string;
}

export interface AuditOptions {
  /** How often email, or what it cannot do without, was killed since the beginning. Default 0. */
  crashes?: number;
}

export const CLEAN = { lost: 0, doubled: 0, unexpected: 0, lines: [] };

/** What HTTP accepted, held against everything that exists. Ask when nothing moves. */
export function audit(ledger: Ledger, snapshot: Snapshot, { crashes = 0 }: AuditOptions = {}): Verdict {
  const people = new Map(ledger.accepted.map((signup) => [signup.id, signup]));
  const verdict: Verdict = { lost: 0, doubled: 0, unexpected: 0, extraCopies: 0, lines: [], findings: [], copied: [] };
  const note = (kind: Kind, count: number, what: string, where: string, whose?: string) => {
    verdict[kind] += count;
    const times = count === 1 ? '' : ` (${count} times)`;
    const line = `${kind.padEnd(10)} ${where}: ${what}${times}${whose === undefined ? '' : `, of ${named(whose, people)}`}`;
    verdict.lines.push(line);
    verdict.findings.push({ kind, count, line, whose });
  };

  for (const { kind, count, where, what, whose } of compare(
    expectedOf(ledger, { mailsCutOff: crashes > 0 }),
    found(snapshot),
  )) {
    note(kind, count, what, where, whose);
  }
  for (const { messageId, whose, copies } of extraCopies(snapshot)) {
    verdict.extraCopies += copies;
    verdict.copied.push({ whose, copies });
    if (copies > crashes)
      note('doubled', copies - crashes, `more copies of ${messageId} than crashes`, 'mailbox', whose);
  }
  for (const contradiction of ledger.contradictions) note('unexpected', 1, contradiction, 'signup over HTTP');
  return verdict;
}

/** `7-0042 (5f0c2f3e-…, "admin" → "Engines", withdrawn when-settled)` */
function named(id: string, people: Map<string, Signup>): string {
  const signup = people.get(id);
  if (!signup) return id ? `nobody in the ledger (${id})` : 'nobody';
  const names = signup.names.map((name) => `"${name}"`).join(' → ');
  return `${signup.who} (${id}, ${names}${signup.withdrawn ? `, withdrawn ${signup.withdrawn}` : ''})`;
}

/** For people: a few numbers, and the first lines. */
export function summary(ledger: Ledger, verdict: Verdict, lines = 20): string {
  const { accepted, refused, repeats } = ledger;
  const withdrawn = accepted.filter((signup) => signup.withdrawn).length;
  const renamed = accepted.filter(({ names }) => names.length > 1).length;
  const repeated = Object.entries(repeats).map(([why, times]) => `${times} × ${why}`);
  const more = verdict.lines.length - lines;
  return [
    `accepted ${accepted.length} · of them withdrawn ${withdrawn}, with another name ${renamed} · address taken ${refused.length}`,
    `sent again: ${repeated.join(', ') || 'nothing'}`,
    `lost ${verdict.lost} · doubled ${verdict.doubled} · unexpected ${verdict.unexpected} · extra copies of mails ${verdict.extraCopies}`,
    ...verdict.lines.slice(0, lines).map((line) => `  ${line}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ].join('\n');
}
