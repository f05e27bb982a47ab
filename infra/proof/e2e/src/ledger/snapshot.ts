export type Row = Record<string, unknown>;

/** What exists everywhere, at a moment when nothing moves. */
export interface Snapshot {
  /** Rows by service and table: `email.mails`. */
  tables: Record<string, Row[]>;
  /** Messages that wait, by queue, the dead letters left out. */
  queues: Record<string, number>;
  /** Dead letters, and what is said on them. */
  dead: { queue: string; subject: string; type: string; reason: string }[];
  /** Mails that the mail server took, copies included. */
  mails: { messageId: string; to: string; subject: string }[];
}
