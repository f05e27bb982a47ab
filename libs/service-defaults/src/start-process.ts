import type { Topology } from '@tributary/messaging';
import { CannotListen, configureLogging, logger, startTelemetry } from '@tributary/telemetry';
import { databaseProbe, LoginRefused, withClient } from './database.ts';
import { type Health, startHealthServer } from './health-server.ts';
import { Lifecycle } from './lifecycle.ts';
import type { MigrationSource } from './migrations.ts';
import type { ServiceConfig } from './service-config.ts';
import { requireSessions, SessionsLost, sessionUrl, warnOfLostLimits } from './sessions.ts';
import { checkSetUp, NotSetUp } from './set-up-state.ts';
import { placeOf, waitFor } from './wait-for.ts';

const log = logger('start');

export interface ProcessOptions<Config extends ServiceConfig = ServiceConfig> {
  service: string;
  config: Config;
  topology: Topology;
  sources: MigrationSource[];
}

/** What `work` has started, for `/readyz`. */
export type HealthOf = () => Health;

/**
 * What `serve` and `relay` have in common: logs, telemetry, signals, health, waiting for the database, the check that
 * `setup` was run. Then `work` starts the rest, registers how it is closed, and tells as soon as it can how it is: what it still waits
 * for is a truer reason than "still starting".
 */
export async function startProcess(
  options: ProcessOptions,
  name: string,
  work: (lifecycle: Lifecycle, knowHealth: (healthOf: HealthOf) => void) => Promise<void>,
): Promise<void> {
  const { service, config, topology, sources } = options;
  configureLogging({ level: config.LOG_LEVEL, service });
  const lifecycle = new Lifecycle();
  lifecycle.watchProcess();
  const telemetry = startTelemetry(service);
  lifecycle.onStop('telemetry', () => telemetry.shutdown(), 1_000);
  try {
    let healthOf: HealthOf = () => ({ problems: ['still starting'] });
    await serveHealth(config, name, lifecycle, () => healthOf());
    // With a limit: a database that accepts connections and answers nothing is one to wait for, too.
    const limits = { query_timeout: 5_000 };
    const check = async () => {
      await withClient(config.DATABASE_URL, `${name} start`, (client) => checkSetUp(client, topology, sources), limits);
      await requireSessions(sessionUrl(config), 'SESSION_DATABASE_URL', `${name} start`);
      if (config.SESSION_DATABASE_URL) await warnOfLostLimits(config, `${name} start`);
    };
    const givesUp = (error: unknown) =>
      error instanceof NotSetUp || error instanceof LoginRefused || error instanceof SessionsLost;
    await waitFor(`the database at ${placeOf(config.DATABASE_URL)}`, check, { signal: lifecycle.signal, givesUp });
    await work(lifecycle, (known) => (healthOf = known));
    log.info(`${name} runs`);
  } catch (err) {
    // A stop while starting makes whatever was under way fail; the stop itself ends the process.
    if (lifecycle.signal.aborted) return;
    if (err instanceof NotSetUp || err instanceof SessionsLost || err instanceof CannotListen) log.fatal(err.message);
    else log.fatal({ err }, `${name} could not start`);
    await lifecycle.stop('it could not start', 1);
  }
}

async function serveHealth(
  config: ServiceConfig,
  name: string,
  lifecycle: Lifecycle,
  started: HealthOf,
): Promise<void> {
  const database = databaseProbe(config.DATABASE_URL, name);
  lifecycle.onStop('database probe', () => database.close());
  const at = { host: config.HEALTH_HOST, port: config.HEALTH_PORT };
  const server = await startHealthServer(at, async () => {
    if (lifecycle.signal.aborted) return { problems: ['stopping'] };
    const { problems, warnings } = started();
    const problem = await database.problem();
    return { problems: problem ? [problem, ...problems] : problems, warnings };
  });
  lifecycle.onStop('health server', () => server.close());
  log.info({ host: at.host, port: server.port }, 'health on /livez and /readyz');
}
