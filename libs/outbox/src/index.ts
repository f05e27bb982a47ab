export { crashMarks } from './crash-marks.ts';
export type { Database, SqlTransaction } from './database.ts';
export { EventTooLarge, Overloaded } from './errors.ts';
export { GroupCommit, type GroupCommitOptions } from './group-commit.ts';
export { handledEvents } from './handled-events.ts';
export { Inbox } from './inbox.ts';
export { Nudge } from './nudge.ts';
export { Outbox, type OutboxOptions } from './outbox.ts';
export { Relay, type RelayOptions, type RelayStatus } from './relay.ts';
export { beginSession } from './session.ts';

/** The tables of outbox, inbox, crash marks and setup, for every service's `setup` to apply before its own: `<n>_<name>/migration.sql`, in order. */
export const outboxMigrations = new URL('../migrations/', import.meta.url);
