import { outboxMigrations } from '@tributary/outbox';
import { testDatabase, type TestDatabase } from '@tributary/testing';
import pg from 'pg';
import { Projection } from './projection.ts';

const migrations = [outboxMigrations, new URL('../../prisma/migrations/', import.meta.url)];

/** Every row of every table of ours, as JSON texts. */
export type Dump = Record<string, string[]>;

const TABLES = ['log_position', 'facts', 'facts_per_minute', 'subscriptions', 'expectations', 'journeys'];

/** A database of the service, and connections to it. */
export class Projected implements AsyncDisposable {
  static async create(): Promise<Projected> {
    const projected = new Projected(await testDatabase({ migrations }));
    await projected.client.connect();
    return projected;
  }

  readonly client: pg.Client;
  readonly #clients: pg.Client[] = [];

  private constructor(readonly database: TestDatabase) {
    this.client = new pg.Client({ connectionString: database.url });
  }

  /** One more reader, with a connection of its own, as if there were no lock. */
  async reader(): Promise<Projection> {
    const client = new pg.Client({ connectionString: this.database.url }).on('error', () => undefined);
    this.#clients.push(client);
    await client.connect();
    const projection = new Projection(client);
    await projection.position();
    return projection;
  }

  async rows<Row extends object = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<Row[]> {
    return (await this.client.query<Row>(sql, values)).rows;
  }

  /** Without `offsets` it leaves out where facts stood in the log, which is all that their order may change. */
  async dump({ offsets = true } = {}): Promise<Dump> {
    const dump: Dump = {};
    for (const table of TABLES) {
      const row = offsets ? 'to_jsonb(t)' : `to_jsonb(t) - '{log_offset,next_offset,last_event_id}'::text[]`;
      const rows = await this.rows<{ row: string }>(`SELECT (${row})::text AS row FROM ${table} t ORDER BY 1`);
      dump[table] = rows.map(({ row }) => row);
    }
    return dump;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.client, ...this.#clients].map((client) => client.end().catch(() => undefined)));
    await this.database.drop();
  }
}
