import type { ServiceJoined } from '@tributary/contracts';
import { EventConsumer, type Topology } from '@tributary/messaging';
import { crashMarks } from '@tributary/outbox';
import type pg from 'pg';
import type { z } from 'zod';
import { announce } from './announce.ts';
import { databasePool } from './database.ts';
import type { ServiceDefinition } from './run-service.ts';
import type { ServiceConfig, ServiceSchema } from './service-config.ts';
import { type ProcessOptions, startProcess } from './start-process.ts';

/** With the 4 s in which the broker has to answer, and the rest of a stop, it has to fit into 10 s. */
const DRAIN_TIMEOUT_MS = 4_000;

/**
 * The transport of a service whose handlers work in its database: per queue no more at once than there are connections. Others
 * would only wait for one, and fail after 2 s: with a database that took 150 ms a fact, 600 facts failed 791 times at the
 * transport's own 300 at once, never at 10, and were done as soon.
 */
export function eventConsumer(
  { AMQP_URL, DATABASE_POOL_SIZE }: Pick<ServiceConfig, 'AMQP_URL' | 'DATABASE_POOL_SIZE'>,
  topology: Topology,
  pool: pg.Pool,
): EventConsumer {
  return new EventConsumer({
    url: AMQP_URL,
    topology,
    prefetch: DATABASE_POOL_SIZE,
    drainTimeoutMs: DRAIN_TIMEOUT_MS,
    crashMarks: crashMarks(pool),
  });
}

type ServeOptions<Schema extends ServiceSchema> = ProcessOptions<z.output<Schema>> &
  Pick<ServiceDefinition<Schema>, 'create' | 'health' | 'readyWithoutBroker'> & { announcement: () => ServiceJoined };

export async function serve<Schema extends ServiceSchema>(options: ServeOptions<Schema>): Promise<void> {
  const { service, config, topology, create, health, readyWithoutBroker, announcement } = options;
  await startProcess(options, service, async (lifecycle, knowHealth) => {
    const pool = databasePool(config, service);
    // It waits for connections that are in use: of handlers that were left behind.
    lifecycle.onStop('database pool', () => pool.end(), 500);
    const consumer = eventConsumer(config, topology, pool);
    const app = await create(config, consumer, pool);
    // Together: first the requests, as Nest does it, and then the messages would take the sum of both times.
    lifecycle.onStop('application', () => Promise.all([app.close(), consumer.close()]));
    lifecycle.signal.throwIfAborted();
    knowHealth(() => {
      const { problems, consuming } = consumer.health();
      if (!consuming && problems.length === 0) problems.push('not all queues are being read');
      const own = health?.(app) ?? { problems: [] };
      const [blocking, warnings] = readyWithoutBroker ? [[], problems] : [problems, []];
      return {
        problems: [...blocking, ...own.problems],
        warnings: [...warnings, ...(own.warnings ?? [])],
      };
    });
    // Neither fails without a broker: the consumer says so and reads when there is one.
    if ('startAllMicroservices' in app) await app.startAllMicroservices();
    else await app.listen();
    void announce(pool, announcement, lifecycle.signal);
  });
}
