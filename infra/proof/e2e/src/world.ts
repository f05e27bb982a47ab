import { startStack, type Stack } from '@tributary/local';
import { eventually, Management, smtpSink, spanSink, type SmtpSink, type SpanSink } from '@tributary/testing';
import { connect } from 'amqplib';
import pg from 'pg';

export interface Person {
  id: string;
  email: string;
}

export interface StatusAnswer {
  id: string;
  settled: boolean;
  steps: { name: string; state: 'pending' | 'done' | 'failed' }[];
}

/** The whole system, with a mail server and a trace collector that a test can look into. */
export interface World extends AsyncDisposable {
  stack: Stack;
  smtp: SmtpSink;
  spans: SpanSink;
  broker: Management;
  /** A connection to one service's database, with the administrator's rights; the caller ends it. */
  database(service: string): Promise<pg.Client>;
  /** One statement on a connection of its own. */
  query<Row extends pg.QueryResultRow>(service: string, sql: string, values?: unknown[]): Promise<Row[]>;
  /** One signup over HTTP, accepted. */
  signUp(name: string, idempotencyKey?: string): Promise<Person>;
  status(person: Person): Promise<StatusAnswer>;
  /**
   * Waits until everybody's onboarding is over and nothing is on its way any more: every outbox is empty, no queue but
   * the dead letters holds a message. The effect comes first because the broker's figures lag behind it.
   */
  quiet(people: Person[], options?: { timeoutMs?: number }): Promise<void>;
  /** How many messages the broker holds for nobody to handle, by queue. */
  deadLetters(): Promise<Record<string, number>>;
}

const OUTBOX_SIZE = 'SELECT count(*)::int AS waiting FROM messaging.outbox';

/** @param label names the logs, so that two worlds can be told apart. */
export async function startWorld(label: string, email: Record<string, string> = {}): Promise<World> {
  const smtp = await smtpSink();
  const spans = await spanSink();
  const stack = await startStack({
    label,
    build: false,
    smtp: smtp.url,
    otlp: spans.url,
    environment: {
      // The proof signs up thousands from one address.
      signup: { SIGNUPS_PER_MINUTE: '1000000', READS_PER_MINUTE: '1000000', OTEL_BSP_SCHEDULE_DELAY: '200' },
      email: { OTEL_BSP_SCHEDULE_DELAY: '200', ...email },
    },
  });
  const broker = new Management(new URL(stack.urls.management), '/');
  const services = Object.keys(stack.topologies);
  const base = stack.urls.services['signup'] ?? '';

  const database = async (service: string) => {
    const url = new URL(stack.urls.database);
    url.pathname = `/${service}`;
    const client = new pg.Client({ connectionString: url.href });
    client.on('error', () => undefined); // the proof kills the server
    await client.connect();
    return client;
  };
  const query = async <Row extends pg.QueryResultRow>(service: string, sql: string, values?: unknown[]) => {
    const client = await database(service);
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  };

  const status = async ({ id }: Person) => {
    const response = await fetch(`${base}/signups/${id}`);
    if (!response.ok) throw new Error(`status answered ${response.status}`);
    return (await response.json()) as StatusAnswer;
  };

  return {
    stack,
    smtp,
    spans,
    broker,
    database,
    query,
    async signUp(name, idempotencyKey) {
      const email = `${name}@example.com`;
      const response = await fetch(`${base}/signups`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
        },
        body: JSON.stringify({ email, displayName: `Person ${name}`, workspaceName: `Workspace of ${name}` }),
      });
      if (response.status !== 202) throw new Error(`signup answered ${response.status}: ${await response.text()}`);
      const { id } = (await response.json()) as { id: string };
      return { id, email };
    },
    status,
    async quiet(people, { timeoutMs = 120_000 } = {}) {
      const waiting = new Set(people);
      await eventually(
        async () => {
          for (const person of waiting) if ((await status(person)).settled) waiting.delete(person);
          if (waiting.size > 0) throw new Error(`${waiting.size} onboardings are not over`);
        },
        { timeoutMs, intervalMs: 250 },
      );
      await eventually(
        async () => {
          for (const service of services) {
            const [{ waiting } = { waiting: NaN }] = await query<{ waiting: number }>(service, OUTBOX_SIZE);
            if (waiting !== 0) throw new Error(`${service} has ${waiting} facts to publish`);
          }
          const busy = Object.entries(await broker.depths()).filter(([name, n]) => !name.endsWith('.dead') && n !== 0);
          if (busy.length > 0) throw new Error(`still waiting: ${busy.map((entry) => entry.join(': ')).join(', ')}`);
        },
        { timeoutMs, intervalMs: 500 },
      );
    },
    async deadLetters() {
      // Not from the management API: nobody takes these messages, so AMQP's count is exact, and it does not lag.
      const connection = await connect(stack.urls.amqp);
      const channel = await connection.createChannel();
      const queues = await Promise.all(services.map((service) => channel.checkQueue(`${service}.dead`)));
      await connection.close();
      return Object.fromEntries(
        queues.filter(({ messageCount }) => messageCount > 0).map(({ queue, messageCount }) => [queue, messageCount]),
      );
    },
    async [Symbol.asyncDispose]() {
      await stack.stop();
      await Promise.all([smtp.close(), spans.close()]);
    },
  };
}
