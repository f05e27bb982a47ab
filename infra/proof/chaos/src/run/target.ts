import type { Intent, Ledger, PlayOptions, Signup, Verdict } from '@tributary/e2e';
import type { Management, SmtpSink } from '@tributary/testing';
import type pg from 'pg';

/** What a scenario runs against: a whole system, as processes of this machine or in containers, and the ledger of what it accepted. */
export interface Target extends AsyncDisposable {
  readonly kind: 'processes' | 'containers';
  /** Every process by name: `email`, `email-relay`, `rabbitmq`, `postgres`. */
  readonly processes: readonly string[];
  readonly services: readonly string[];
  /** The broker's nodes among the processes: `rabbitmq`, or the three of a cluster. */
  readonly brokers: readonly string[];

  /** An accident: SIGKILL unless told. Resolves when the process is gone; nothing starts it again but `start`. */
  kill(name: string, signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when it is ready. */
  start(name: string): Promise<void>;
  /** SIGTERM, and SIGKILL when patience is over. @returns the milliseconds it took to be gone */
  stop(name: string): Promise<number>;
  /** SIGSTOP: it keeps its sockets, its locks and its leases, and answers nothing. */
  freeze(name: string): Promise<void>;
  /** SIGCONT */
  thaw(name: string): Promise<void>;
  /** Starts a second process like this one beside it, a relay or a service without HTTP. @returns its name, for the calls above */
  double(name: string): Promise<string>;
  /** Runs the command line tool of a server that has one (rabbitmqctl). @returns what it prints */
  control(name: string, args: string[]): Promise<string>;
  /** Runs a command of a service with the rights of its setup: `setup`, `catch-up`. @returns what it prints */
  command(service: string, args: string[]): Promise<string>;

  /** Replaces the broker's program by the pinned version and keeps its data; only where the run began with an older one. */
  upgradeBroker?(): Promise<void>;

  /** With the administrator's login. */
  readonly broker: Management;
  readonly amqpUrl: string;
  /** Base URL of a service's HTTP interface: `signup`, `analytics`. */
  http(service: string): string;
  /** Administrator's login on a service's database, or on `postgres`. */
  databaseUrl(database: string): string;
  /** A connection with that login; the caller ends it. */
  database(name: string): Promise<pg.Client>;
  /** One statement on a connection of its own. */
  query<Row extends pg.QueryResultRow>(database: string, sql: string, values?: unknown[]): Promise<Row[]>;
  /** The mail server where it is ours, to make it misbehave; containers have MailDev, which cannot. */
  readonly smtp?: SmtpSink;
  /** How many welcome mails have been taken. Cheap: asked every second. */
  welcomed(): Promise<number>;

  readonly ledger: Ledger;
  /** How often a mail may have come to be in doubt. Killing or freezing email or the database counts by itself; whoever drops connections of mails adds to it. */
  crashes: number;
  play(intents: readonly Intent[], options?: Partial<PlayOptions>): Promise<Signup[]>;
  /** The ledger held against everything that exists now. */
  verdict(): Promise<Verdict>;
  /** For whoever has no patience: everything ends now. */
  endAtOnce(): Promise<void>;
}

export interface TargetOptions {
  brokerNodes: 1 | 3;
  /** Containers only: begin with the oldest version of the broker that the project supports. */
  olderBroker?: boolean;
  /** Stops a start in progress, and the target after it. */
  signal: AbortSignal;
  say: (line: string) => void;
}

/** A mail is in doubt when one of these ends, or sleeps, between the mail server's 250 and email's record. */
export const isBehindAMail = (process: string) => /^(email(-\d+)?|postgres|maildev)$/.test(process);
