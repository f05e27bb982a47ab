import { EventConsumer } from '@tributary/messaging';
import type { z } from 'zod';
import { databasePool } from './database.ts';
import type { ServiceDefinition } from './run-service.ts';
import type { ServiceSchema } from './service-config.ts';
import { type ProcessOptions, startProcess } from './start-process.ts';

/** Leaves time within the stop deadline to close the rest. */
const DRAIN_TIMEOUT_MS = 5_000;

type ServeOptions<Schema extends ServiceSchema> = ProcessOptions<z.output<Schema>> &
  Pick<ServiceDefinition<Schema>, 'create' | 'prefetch' | 'readyWithoutBroker'>;

export async function serve<Schema extends ServiceSchema>(options: ServeOptions<Schema>): Promise<void> {
  const { service, config, topology, create, prefetch, readyWithoutBroker } = options;
  await startProcess(options, service, async (lifecycle) => {
    const pool = databasePool(config, service);
    lifecycle.onStop('database pool', () => pool.end());
    const consumer = new EventConsumer({ url: config.AMQP_URL, topology, prefetch, drainTimeoutMs: DRAIN_TIMEOUT_MS });
    const app = await create(config, consumer, pool);
    lifecycle.onStop('application', () => app.close());
    lifecycle.signal.throwIfAborted();
    // Neither fails without a broker: the consumer says so and reads when there is one.
    if ('startAllMicroservices' in app) await app.startAllMicroservices();
    else await app.listen();
    return () => {
      const { problems, consuming } = consumer.health();
      if (!consuming && problems.length === 0) problems.push('not all queues are being read');
      return readyWithoutBroker ? { problems: [], warnings: problems } : { problems };
    };
  });
}
