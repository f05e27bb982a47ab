import type { Entry } from './entry.ts';
import type { Row, Snapshot } from './snapshot.ts';
import { tables } from './tables.ts';

/** Everything that a snapshot shows, one entry for each thing. */
export function found(snapshot: Snapshot): Entry[] {
  return [
    ...Object.entries(snapshot.tables).flatMap(([where, rows]) => {
      const table = tables[where];
      if (!table) throw new Error(`The ledger does not know what a row of ${where} says`);
      return rows.flatMap(table.says).map((entry) => ({ where, ...entry }));
    }),
    ...miscounted(snapshot),
    ...Object.entries(snapshot.queues).flatMap(([where, count]) =>
      Array.from({ length: count }, () => ({ where, whose: '', what: 'a message' })),
    ),
    ...snapshot.dead.map(({ queue, subject, type, reason }) => ({
      where: queue,
      whose: subject,
      what: `${type}, dead because of ${reason}`,
    })),
    ...distinctMails(snapshot),
  ];
}

/** The same Message-ID is the same mail: a mail program shows it once. */
function distinctMails({ mails }: Snapshot): Entry[] {
  const distinct = new Map(mails.map((mail) => [`${mail.messageId} ${mail.to}`, mail]));
  return [...distinct.values()].map(({ messageId, to, subject }) => ({
    where: 'mailbox',
    whose: personOf(messageId),
    what: `${subject} to ${to}`,
  }));
}

/** Copies beyond the first, by Message-ID. */
export function extraCopies({ mails }: Snapshot): { messageId: string; whose: string; copies: number }[] {
  return [...Map.groupBy(mails, ({ messageId }) => messageId)]
    .filter(([, copies]) => copies.length > 1)
    .map(([messageId, copies]) => ({ messageId, whose: personOf(messageId), copies: copies.length - 1 }));
}

/** `<welcome.5f0c2f3e-…@tributary.example>`: who it is for, also when two people had the address one after the other. */
const personOf = (messageId: string) => /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(messageId)?.[0] ?? '';

/** Counters are added to, everything else is derived anew: they are counted again here. */
function miscounted({ tables }: Snapshot): Entry[] {
  const name = ({ service, type, minute }: Row) => `${type} by ${service} in ${String(minute)}`;
  const counted = new Map((tables['analytics.facts_per_minute'] ?? []).map((row) => [name(row), Number(row['count'])]));
  const exist = Map.groupBy(tables['analytics.facts'] ?? [], name);
  return [...new Set([...counted.keys(), ...exist.keys()])].flatMap((key) => {
    const [says, are] = [counted.get(key) ?? 0, exist.get(key)?.length ?? 0];
    const what = `${key}: counts ${says}, and there are ${are}`;
    return says === are ? [] : [{ where: 'analytics.facts_per_minute', whose: '', what }];
  });
}
