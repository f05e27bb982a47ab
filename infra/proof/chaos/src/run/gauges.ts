import type { QueueInfo } from '@tributary/testing';
import pg from 'pg';
import type { Target } from './target.ts';

/** What waits at this moment. Whoever cannot be asked is not in it. */
export interface Waiting {
  /** Messages by queue, retry tiers included, dead letters and the event log left out. */
  backlog: Record<string, number>;
  /** Outbox rows by service. */
  unpublished: Record<string, number>;
  /** Whether everybody could be asked. */
  complete: boolean;
}

/** Nobody waits longer for a figure. */
const PATIENCE_MS = 1_500;
const UNPUBLISHED = 'SELECT count(*)::int AS rows FROM messaging.outbox';

/** Reads how much waits, on connections that are kept: it is asked every second. */
export class Gauges implements AsyncDisposable {
  readonly #target: Target;
  readonly #clients = new Map<string, pg.Client>();

  constructor(target: Target) {
    this.#target = target;
  }

  async read(): Promise<Waiting> {
    const { services } = this.#target;
    const [backlog, ...rows] = await Promise.all([
      patiently(this.#backlog()),
      ...services.map((service) => patiently(this.#unpublished(service))),
    ]);
    const known = services.flatMap((service, index) => {
      const count = rows[index];
      return count === undefined ? [] : [[service, count] as const];
    });
    return {
      backlog: backlog ?? {},
      unpublished: Object.fromEntries(known),
      complete: backlog !== undefined && known.length === services.length,
    };
  }

  async #backlog(): Promise<Record<string, number>> {
    const queues = await this.#target.broker.call<QueueInfo[]>('GET', '/queues/%2F?columns=name,type,messages');
    const counted = queues.filter(({ name, type }) => type !== 'stream' && !name.endsWith('.dead'));
    // A broker that has just come back has no figures yet, which is not the same as empty.
    if (counted.some(({ messages }) => messages === undefined)) throw new Error('no figures yet');
    return Object.fromEntries(counted.map(({ name, messages = 0 }) => [name, messages]));
  }

  async #unpublished(service: string): Promise<number> {
    const client = this.#clients.get(service) ?? (await this.#connect(service));
    const { rows } = await client.query<{ rows: number }>(UNPUBLISHED);
    return rows[0]?.rows ?? 0;
  }

  async #connect(service: string): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#target.databaseUrl(service),
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
    });
    client.on('error', () => this.#clients.delete(service)); // the database is killed now and then
    await client.connect();
    this.#clients.set(service, client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#clients.values()].map((client) => client.end()));
  }
}

/** @returns nothing when it fails or takes too long */
async function patiently<Answer>(question: Promise<Answer>): Promise<Answer | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const tooLong = setTimeout(() => resolve(undefined), PATIENCE_MS);
  return Promise.race([question.catch(() => undefined), promise]).finally(() => clearTimeout(tooLong));
}
