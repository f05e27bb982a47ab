import { startStack, type Stack, type StackOptions } from '@tributary/local';
import { Management, smtpSink, spanSink, type SmtpSink, type SpanSink } from '@tributary/testing';
import pg from 'pg';
import { emptyLedger, type Ledger, type Signup } from './ledger/ledger.ts';
import { everybodysName } from './ledger/names.ts';
import { play, type PlayOptions } from './ledger/play.ts';
import { idempotencyKeyOf, type Intent } from './ledger/mix.ts';

/** What signup tells about somebody. */
export interface Status {
  settled: boolean;
  steps: { name: string; state: 'pending' | 'done' | 'failed' }[];
}

export interface WorldOptions extends Pick<StackOptions, 'build' | 'brokerNodes' | 'onProgress' | 'signal'> {
  /** Names the logs, so that two worlds can be told apart. */
  label: string;
  /** More environment for the services, by service. */
  environment?: Record<string, Record<string, string>>;
  /** False: the services send none. Tens of thousands of signups would fill the memory with them. Default true. */
  traces?: boolean;
}

/** The whole system, with a mail server and a trace collector that a test can look into, and a ledger of what was accepted. */
export interface World extends AsyncDisposable {
  stack: Stack;
  smtp: SmtpSink;
  spans: SpanSink;
  broker: Management;
  /** Everything that was played in this world. */
  ledger: Ledger;
  /** How often something was killed between which and the mail server a mail may be in doubt. */
  crashes: number;
  /** Lets these people do what they intend. Resolves when all are through. */
  play(intents: readonly Intent[], options?: Partial<PlayOptions>): Promise<Signup[]>;
  /** One signup, accepted. */
  signUp(who: string, more?: Partial<Intent>): Promise<Signup>;
  /** SIGKILL, and started again. */
  killAndStart(name: string): Promise<void>;
  /** A connection to one service's database, with the administrator's rights; the caller ends it. */
  database(service: string): Promise<pg.Client>;
  /** One statement on a connection of its own. */
  query<Row extends pg.QueryResultRow>(service: string, sql: string, values?: unknown[]): Promise<Row[]>;
  /** JSON that a service answers. @throws Error on any status but 200 */
  get<Answer>(service: string, path: string): Promise<Answer>;
}

/** A mail is in doubt when one of these ends between the mail server's 250 and email's record. */
const BEHIND_A_MAIL = ['email', 'postgres'];

/**
 * For a world in which neither email nor its database is killed. The mail server lives in the test's own process, which a burst of
 * requests keeps busy: on two loaded cores 27 of 6,000 mails waited longer than the stack's 5 s, and went out once more.
 */
export const PATIENT_WITH_MAIL = { email: { SMTP_TIMEOUT_MS: '60000' } };

export async function startWorld({ environment = {}, traces = true, ...options }: WorldOptions): Promise<World> {
  const smtp = await smtpSink();
  const spans = await spanSink();
  // The proof signs up thousands from one address.
  const many = '1000000';
  const unlimited = { SIGNUPS_PER_MINUTE: many, CHANGES_PER_MINUTE: many, READS_PER_MINUTE: many };
  const stack = await startStack({
    build: false,
    ...options,
    smtp: smtp.url,
    otlp: traces ? spans.url : undefined,
    environment: {
      ...environment,
      signup: { ...unlimited, ...environment['signup'] },
      analytics: { READS_PER_MINUTE: many, ...environment['analytics'] },
    },
  });
  const ledger = emptyLedger();
  const database = (service: string) => connectTo(stack, service);

  const world: World = {
    stack,
    smtp,
    spans,
    broker: new Management(new URL(stack.urls.management), '/'),
    ledger,
    crashes: 0,
    database,
    play: (intents, options) => play(intents, ledger, { signup: stack.urls.services['signup'] ?? '', ...options }),
    async signUp(who, more) {
      const [signup] = await world.play([{ ...intentOf(who), ...more }]);
      if (!signup) throw new Error(`${who} was not accepted`);
      return signup;
    },
    async killAndStart(name) {
      await stack.kill(name);
      if (BEHIND_A_MAIL.includes(name)) world.crashes += 1;
      await stack.start(name);
    },
    async query(service, sql, values) {
      const client = await database(service);
      try {
        return (await client.query(sql, values)).rows;
      } finally {
        await client.end();
      }
    },
    async get<Answer>(service: string, path: string) {
      const response = await fetch(`${stack.urls.services[service]}${path}`);
      if (!response.ok) throw new Error(`${service} answered ${response.status} to ${path}: ${await response.text()}`);
      return (await response.json()) as Answer;
    },
    async [Symbol.asyncDispose]() {
      await stack.stop();
      await Promise.all([smtp.close(), spans.close()]);
    },
  };
  return world;
}

/** Whoever does nothing but sign up. */
export const intentOf = (who: string): Intent => ({
  who,
  email: `${who}@example.com`,
  displayName: `Person ${who}`,
  workspaceNames: [everybodysName],
  idempotencyKey: idempotencyKeyOf(`only-${who}`),
  requests: 1,
  comesBack: false,
});

async function connectTo(stack: Stack, service: string): Promise<pg.Client> {
  const url = new URL(stack.urls.database);
  url.pathname = `/${service}`;
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => undefined); // the proof kills the server
  await client.connect();
  return client;
}
