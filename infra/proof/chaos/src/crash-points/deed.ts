/** INSERT, UPDATE and DELETE, but not the UPDATE in `FOR UPDATE` or `DO UPDATE`. */
const CHANGE =
  /(?<!\b(?:FOR|KEY|DO)\s+)\b(INSERT)\s+INTO\s+([\w".]+)|(?<!\b(?:FOR|KEY|DO)\s+)\b(UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?([\w".]+)/i;
const LOCK = /\bFROM\s+([\w".]+)[^]*\bFOR\s+(?:UPDATE|NO\s+KEY\s+UPDATE|SHARE)\b/i;

/** What somebody else could notice of a statement. */
export interface Deed {
  /** In the words of SQL: `INSERT users`, `lock outbox`, `COMMIT`. */
  name: string;
  kind: 'change' | 'lock' | 'commit';
}

/** @returns undefined for a statement that leaves nothing behind when its process dies, whatever it asks */
export function deedOf(sql: string): Deed | undefined {
  if (/^\s*COMMIT\b/i.test(sql)) return { name: 'COMMIT', kind: 'commit' };
  const change = CHANGE.exec(sql);
  if (change) {
    const [verb = ''] = (change[1] ?? change[3] ?? '').split(/\s/);
    return { name: `${verb.toUpperCase()} ${tableIn(change[2] ?? change[4])}`, kind: 'change' };
  }
  const lock = LOCK.exec(sql);
  return lock ? { name: `lock ${tableIn(lock[1])}`, kind: 'lock' } : undefined;
}

/** `"public"."users"` and `messaging.outbox` are users and outbox. */
const tableIn = (name = '') => name.replaceAll('"', '').split('.').at(-1) ?? '';
