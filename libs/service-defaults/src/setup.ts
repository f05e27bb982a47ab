import { applyTopology, type Topology, TopologyConflict } from '@tributary/messaging';
import { connect, LoginRefused } from './database.ts';
import { grantRuntimeRights } from './grants.ts';
import { applyMigrations, withSetupLock } from './migrate.ts';
import type { MigrationSource } from './migrations.ts';
import type { ServiceConfig } from './service-config.ts';
import { storedTopology, storeTopology } from './set-up-state.ts';
import { placeOf, waitFor } from './wait-for.ts';

/** A database or broker that is starting is there by then. */
const PATIENCE_MS = 30_000;

export interface SetupOptions {
  config: ServiceConfig;
  topology: Topology;
  sources: MigrationSource[];
  /** Told about every change as soon as it is made. */
  report: (change: string) => void;
}

/**
 * Makes database and broker fit this version of the service: migrations, rights of the runtime login, exchanges and queues;
 * then remembers the topology for `serve` to compare. Running it again, or twice at once, changes nothing more.
 * @throws what database or broker say when they are not there within 30 s, and at once what waiting cannot cure:
 * a login that is refused, a migration that was changed, TopologyConflict
 */
export async function setup({ config, topology, sources, report }: SetupOptions): Promise<void> {
  const databaseUrl = config.SETUP_DATABASE_URL ?? config.DATABASE_URL;
  const amqpUrl = config.SETUP_AMQP_URL ?? config.AMQP_URL;
  const client = await waitFor(
    `the database at ${placeOf(databaseUrl)}`,
    () => connect(databaseUrl, `${topology.service} setup`),
    { deadlineMs: PATIENCE_MS, givesUp: (error) => error instanceof LoginRefused },
  );
  try {
    await withSetupLock(client, async () => {
      await applyMigrations(client, sources, report);
      const login = new URL(config.DATABASE_URL).username;
      if (login && login !== new URL(databaseUrl).username) {
        for (const change of await grantRuntimeRights(client, decodeURIComponent(login))) report(change);
      }
      const previous = await storedTopology(client);
      const changes = await waitFor(
        `the broker at ${placeOf(amqpUrl)}`,
        () => applyTopology(amqpUrl, topology, previous),
        { deadlineMs: PATIENCE_MS, givesUp: (error) => error instanceof TopologyConflict || isRefused(error) },
      );
      for (const change of changes) report(change);
      await storeTopology(client, topology);
    });
  } finally {
    await client.end();
  }
}

/** Login or right: amqplib has no code for the first. */
const isRefused = (error: unknown) => /ACCESS[-_]REFUSED/.test((error as Error).message);
