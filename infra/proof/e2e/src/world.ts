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
  /** A connection to one service's database, with the administrator's rights. */
  database(service: string): Promise<pg.Client>;
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
  const clients: pg.Client[] = [];
  const base = stack.urls.services['signup'] ?? '';

  const database = async (service: string) => {
    const url = new URL(stack.urls.database);
    url.pathname = `/${service}`;
    const client = new pg.Client({ connectionString: url.href });
    client.on('error', () => undefined); // the proof kills the server
    await client.connect();
    clients.push(client);
    return client;
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
          for (const service of Object.keys(stack.topologies)) await expectEmptyOutbox(stack, service);
          const busy = Object.entries(await broker.depths()).filter(([name, n]) => !name.endsWith('.dead') && n !== 0);
          if (busy.length > 0) throw new Error(`still waiting: ${busy.map((entry) => entry.join(': ')).join(', ')}`);
        },
        { timeoutMs, intervalMs: 500 },
      );
    },
    async deadLetters() {
      const dead = Object.entries(await broker.depths()).filter(
        ([name, depth]) => name.endsWith('.dead') && depth !== 0,
      );
      return Object.fromEntries(dead);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
      await stack.stop();
      await Promise.all([smtp.close(), spans.close()]);
    },
  };
}

async function expectEmptyOutbox(stack: Stack, service: string): Promise<void> {
  const url = new URL(stack.urls.database);
  url.pathname = `/${service}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    const { rows } = await client.query<{ waiting: number }>('SELECT count(*)::int AS waiting FROM messaging.outbox');
    if (rows[0]?.waiting !== 0) throw new Error(`${service} has ${rows[0]?.waiting} facts to publish`);
  } finally {
    await client.end();
  }
}
