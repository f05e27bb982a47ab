import type { Event } from '@tributary/contracts';
import {
  applyTopology,
  CertificateRefused,
  missingQueues,
  type Topology,
  TopologyConflict,
} from '@tributary/messaging';
import type pg from 'pg';
import { catchUpWith, inWords, tooLate } from './catch-up.ts';
import { connect, LoginRefused } from './database.ts';
import { closeGaps, keepHeardSince, openGaps, readGaps } from './gaps.ts';
import { grantRuntimeRights } from './grants.ts';
import { applyMigrations, withSetupLock } from './migrate.ts';
import type { MigrationSource } from './migrations.ts';
import type { ServiceConfig } from './service-config.ts';
import { requireSessions, SessionsLost, sessionUrl } from './sessions.ts';
import { storedTopology, writeSetup } from './set-up-state.ts';
import { placeOf, waitFor } from './wait-for.ts';

/** A database or broker that is starting is there by then. */
const PATIENCE_MS = 30_000;

export interface SetupOptions {
  config: ServiceConfig;
  topology: Topology;
  sources: MigrationSource[];
  announcement: () => Event;
  /** Told about every change when it is made; about those on the broker when all of them are. */
  report: (change: string) => void;
}

/**
 * Makes database and broker fit this version of the service: migrations, rights of the runtime login, exchanges and queues;
 * then remembers the topology for `serve` to compare. A queue that was there and is not is made again and gets from the event log what
 * it missed. Running it again, or twice at once, changes nothing more.
 * @throws what database or broker say when they are not there within 30 s, and at once what waiting cannot cure:
 * a login that is refused, a migration that was changed, TopologyConflict, CertificateRefused
 */
export async function setup(options: SetupOptions): Promise<void> {
  const { config, topology, sources, report } = options;
  const databaseUrl = config.SETUP_DATABASE_URL ?? sessionUrl(config);
  const amqpUrl = config.SETUP_AMQP_URL ?? config.AMQP_URL;
  const name = `${topology.service} setup`;
  const client = await waitFor(
    `the database at ${placeOf(databaseUrl)}`,
    async () => {
      await requireSessions(databaseUrl, 'SETUP_DATABASE_URL', name);
      return connect(databaseUrl, name);
    },
    {
      deadlineMs: PATIENCE_MS,
      givesUp: (error) => error instanceof LoginRefused || error instanceof SessionsLost,
    },
  );
  try {
    // A migration takes what it takes, whatever limits its login has otherwise.
    await client.query('SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0');
    await withSetupLock(client, async () => {
      await applyMigrations(client, sources, report);
      const [login, own] = [config.DATABASE_URL, databaseUrl].map((url) => decodeURIComponent(new URL(url).username));
      if (login && login !== own) {
        for (const change of await grantRuntimeRights(client, login)) report(change);
      }
      const previous = await storedTopology(client);
      await keepHeardSince(client, topology, previous);
      const changes = await waitFor(
        `the broker at ${placeOf(amqpUrl)}`,
        async () => {
          if (previous) await openGaps(client, topology, await missingQueues(amqpUrl, previous));
          return applyTopology(amqpUrl, topology, previous);
        },
        { deadlineMs: PATIENCE_MS, givesUp: isFinal },
      );
      for (const change of changes) report(change);
      await writeSetup(client, 'topology', topology);
    });
    // Without the lock: it may take minutes, and two at once do no harm.
    await fillGaps(client, options);
  } finally {
    await client.end();
  }
}

async function fillGaps(client: pg.Client, { config, topology, announcement, report }: SetupOptions): Promise<void> {
  const gaps = await readGaps(client);
  const only = gaps.filter((type) => topology.hears.includes(type));
  if (only.length === 0) return;
  report(`filling the gap of ${only.join(', ')} from the event log`);
  const total = await catchUpWith(client, { config, topology, announcement, only });
  report(`filled the gap of ${only.join(', ')}: ${inWords(total)}`);
  if (total.beginsAt) report(tooLate(total.beginsAt));
  await closeGaps(client, gaps);
}

/** Of a refusal, be it of the login or for want of a right, amqplib has no class. */
const isFinal = (error: unknown) =>
  error instanceof TopologyConflict ||
  error instanceof CertificateRefused ||
  /ACCESS[-_]REFUSED/.test((error as Error).message);
