import { MailSent, type Event } from '@tributary/contracts';
import { Publisher } from '@tributary/messaging';
import { configureLogging } from '@tributary/telemetry';
import { eventually, exampleEvent, testDatabase, testVhost } from '@tributary/testing';
import { Outbox, outboxMigrations, Relay, type RelayOptions } from './index.ts';
import { pgDatabase } from './pg-database.fixture.ts';

/** One message of the queue `heard`, as the management API shows it. */
export interface Heard {
  body: Buffer;
  exchange: string;
  routing_key: string;
  properties: Record<string, unknown> & { message_id: string; headers: Record<string, unknown> };
}

interface StartOptions extends Partial<RelayOptions> {
  amqpUrl?: string;
}

export const facts = (count: number): Event[] => Array.from({ length: count }, () => exampleEvent(MailSent));
export const idsOf = (events: Event[]) => events.map(({ id }) => id).sort();

/** A database with the outbox, a vhost with the exchange `events`, and a quorum queue `heard` that hears everything but `*.never-heard.*`. */
export async function stage() {
  configureLogging({ level: 'silent', service: 'outbox-spec' });
  const testDb = await testDatabase({ migrations: [outboxMigrations] });
  const vhost = await testVhost();
  const database = pgDatabase(testDb.url);
  const outbox = new Outbox(database);
  const running: { relay: Relay; publisher: Publisher }[] = [];
  const heard: Heard[] = [];

  const { management, name } = vhost;
  await management.call('PUT', `/exchanges/${name}/events`, { type: 'topic', durable: true });
  await management.call('PUT', `/queues/${name}/heard`, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  for (const routing_key of ['mail.*.*', 'user.*.*']) {
    await management.call('POST', `/bindings/${name}/e/events/q/heard`, { routing_key });
  }

  return {
    database,
    databaseUrl: testDb.url,
    vhost,
    outbox,
    state: (...events: Event[]) => outbox.transaction((tx) => outbox.add(tx, ...events)),
    rows: async () => (await database.pool.query('SELECT * FROM messaging.outbox')).rows,
    /** Everything that has arrived so far, in order of arrival. */
    async heard(): Promise<Heard[]> {
      for (let more = 1; more > 0;) {
        const messages = await management.call<(Omit<Heard, 'body'> & { payload: string })[]>(
          'POST',
          `/queues/${name}/heard/get`,
          { count: 500, ackmode: 'ack_requeue_false', encoding: 'base64' },
        );
        heard.push(...messages.map(({ payload, ...rest }) => ({ ...rest, body: Buffer.from(payload, 'base64') })));
        more = messages.length;
      }
      return heard;
    },
    async heardIds(): Promise<string[]> {
      return (await this.heard()).map(({ properties }) => properties.message_id).sort();
    },
    /** A relay with a publisher of its own; `amqpUrl` and `databaseUrl` may lead through a proxy. */
    async startRelay({ amqpUrl = vhost.url, ...options }: StartOptions = {}) {
      const publisher = new Publisher({ url: amqpUrl, name: 'relay under test' });
      await publisher.connect();
      const relay = new Relay({ databaseUrl: testDb.url, publisher, ...options });
      running.push({ relay, publisher });
      void relay.run();
      return { relay, publisher };
    },
    empty: () =>
      eventually(async () => (await database.pool.query('SELECT FROM messaging.outbox')).rowCount === 0, {
        timeoutMs: 20_000,
      }),
    /** After each test: no relay and no row of it is left. */
    async clear() {
      await Promise.all(running.map(({ relay }) => relay.stop()));
      await Promise.all(running.splice(0).map(({ publisher }) => publisher.close()));
      await database.pool.query('TRUNCATE messaging.outbox, messaging.inbox');
      await this.heard();
      heard.length = 0;
    },
    async tearDown() {
      await database.pool.end();
      await testDb.drop();
      await vhost.delete();
    },
  };
}
