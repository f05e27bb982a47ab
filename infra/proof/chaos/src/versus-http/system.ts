import type { ReceivedMail } from '@tributary/testing';
import type pg from 'pg';

/** One of the two that are compared. Both have `users` in signup's database and `workspaces` in workspace-provisioning's. */
export interface System extends AsyncDisposable {
  /** Base URL for `POST /signups`. */
  url: string;
  killProvisioning(): Promise<void>;
  startProvisioning(): Promise<void>;
  query<Row extends pg.QueryResultRow>(service: string, sql: string): Promise<Row[]>;
  /** All that the mail server took. */
  mails: readonly ReceivedMail[];
}

export interface StartOptions {
  /** Stops a start in progress, and the system after it. */
  signal: AbortSignal;
}
