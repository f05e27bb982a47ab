import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Event } from '@tributary/contracts';
import { applyTopology, EVENT_LOG, EventConsumer, EVENTS_EXCHANGE, Header, topologyOf } from '@tributary/messaging';
import { databasePool, readConfig } from '@tributary/service-defaults';
import { configureLogging } from '@tributary/telemetry';
import { eventually, factPublisher, type FactPublisher, testVhost, type TestVhost } from '@tributary/testing';
import { config } from './config.ts';
import { createApp } from './create-app.ts';
import { Reader } from './log/reader.ts';
import { Projected } from './projections/projected.fixture.ts';

configureLogging({ level: 'silent', service: 'analytics' });
const topology = topologyOf({ service: 'analytics', handlers: [], readsLog: true });

/** One process of analytics as `serve` runs it, on a free port. */
export interface Replica extends AsyncDisposable {
  url: string;
  app: NestFastifyApplication;
  reader: Reader;
  get(path: string, accept?: string): Promise<Response>;
}

/** A log and a database of its own, and as many replicas on them as a test wants. */
export class AnalyticsSystem implements AsyncDisposable {
  static async create(): Promise<AnalyticsSystem> {
    const [vhost, projected] = await Promise.all([testVhost(), Projected.create()]);
    await applyTopology(vhost.url, topology);
    return new AnalyticsSystem(vhost, projected, await factPublisher(vhost.url));
  }

  readonly #replicas = new Set<Replica>();
  /** Of the trace that facts are published in: two hexadecimal digits, the last bit says sampled. */
  traceFlags = '01';

  private constructor(
    readonly vhost: TestVhost,
    readonly projected: Projected,
    private readonly publisher: FactPublisher,
  ) {}

  get config() {
    return { AMQP_URL: this.vhost.url, DATABASE_URL: this.projected.database.url };
  }

  publish(...events: Event[]): Promise<void> {
    return this.publisher.publish(events, ({ time, correlationid }) => ({
      [Header.publishedAt]: Date.parse(time) + 5,
      traceparent: `00-${correlationid.replaceAll('-', '')}-00f067aa0ba902b7-${this.traceFlags}`,
    }));
  }

  async start(settings: Record<string, string> = {}): Promise<Replica> {
    const env = { ...this.config, HOST: '127.0.0.1', PORT: '0', READS_PER_MINUTE: '1000000', ...settings };
    const parsed = readConfig(config.schema, env, 'analytics');
    const pool = databasePool(parsed, 'analytics');
    const app = await createApp(parsed, new EventConsumer({ url: parsed.AMQP_URL, topology }), pool);
    await app.startAllMicroservices();
    const url = await app.getUrl();
    let closing: Promise<void> | undefined;
    const replica: Replica = {
      url,
      app,
      reader: app.get(Reader),
      get: (path, accept = 'application/json') => fetch(`${url}${path}`, { headers: { accept }, redirect: 'manual' }),
      [Symbol.asyncDispose]: () => (closing ??= app.close().then(() => pool.end())),
    };
    this.#replicas.add(replica);
    return replica;
  }

  /** The log is lost; there is a new one, which forgets soon when it is `small`. */
  async replaceLog({ small = false } = {}): Promise<void> {
    const { management, name } = this.vhost;
    const path = encodeURIComponent(name);
    const limits = { 'x-max-length-bytes': 300_000, 'x-stream-max-segment-size-bytes': 50_000 };
    const args = { 'x-queue-type': 'stream', ...(small && limits) };
    await management.deleteQueue(EVENT_LOG);
    await management.call('PUT', `/queues/${path}/${EVENT_LOG}`, { durable: true, arguments: args });
    await management.call('POST', `/bindings/${path}/e/${EVENTS_EXCHANGE}/q/${EVENT_LOG}`, { routing_key: '#' });
  }

  /** Resolves when so many facts are in the projections. */
  hasRead(facts: number): Promise<void> {
    return eventually(
      async () => {
        const [row] = await this.projected.rows<{ count: number }>('SELECT count(*)::int AS count FROM facts');
        if (row?.count !== facts) throw new Error(`${row?.count} of ${facts} facts`);
      },
      { timeoutMs: 20_000 },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#replicas].map((replica) => replica[Symbol.asyncDispose]()));
    await this.publisher.close();
    await Promise.all([this.projected[Symbol.asyncDispose](), this.vhost.delete()]);
  }
}
