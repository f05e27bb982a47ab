import { dirname, join } from 'node:path';
import { command, plainEnvironment } from '../machine/command.ts';
import { freePorts } from '../machine/free-ports.ts';
import type { DatabaseServer } from '../postgres/database-server.ts';
import type { Broker } from '../rabbitmq/broker.ts';
import type { ServiceTopology } from '../rabbitmq/definitions.ts';
import { appProgram } from './build.ts';
import type { RunFolder } from './run-folder.ts';
import type { Service } from './services.ts';
import type { StackUrls } from './stack.ts';
import { NotReady, SupervisedProcess, type ProcessSpec } from './supervised-process.ts';

export interface ServiceProcesses {
  topology: ServiceTopology;
  processes: SupervisedProcess[];
}

/**
 * Makes a service ready to start: its rights on the broker, its database, and its own `setup` command run with the
 * administrators' credentials, which the running service never sees.
 */
export async function prepareService(
  service: Service,
  parts: { broker: Broker; database: DatabaseServer; urls: StackUrls },
  settings: { environment: Record<string, string>; logs: string; run: RunFolder },
): Promise<ServiceProcesses> {
  const { name } = service;
  const { broker, database, urls } = parts;
  const program = appProgram(name);
  const shown = await command(process.execPath, [program, 'topology']);
  const topology = JSON.parse(shown) as ServiceTopology;
  const [serveHealth = 0, relayHealth = 0] = await freePorts(2);
  const http = urls.services[name];
  const env: Record<string, string> = {
    ...plainEnvironment(),
    ...openTelemetrySettings(),
    AMQP_URL: broker.amqpUrl(await broker.admit(topology)),
    DATABASE_URL: await database.createDatabase(name),
    LOG_LEVEL: 'info',
    HEALTH_HOST: '127.0.0.1',
    ...(http ? { HOST: '127.0.0.1', PORT: new URL(http).port } : {}),
    ...service.environment?.(urls),
    ...settings.environment,
  };
  await command(process.execPath, [program, 'setup'], {
    env: {
      ...env,
      SETUP_AMQP_URL: broker.amqpUrl(),
      SETUP_DATABASE_URL: database.adminUrl(name),
      HEALTH_PORT: String(serveHealth),
    },
    log: join(settings.logs, `${name}.log`),
  });
  const start = (processName: string, verb: string, healthPort: number) =>
    new SupervisedProcess(
      {
        name: processName,
        command: process.execPath,
        args: ['--enable-source-maps', program, verb],
        env: { ...env, HEALTH_PORT: String(healthPort) },
        logFile: join(settings.logs, `${processName}.log`),
        stopSignal: 'SIGTERM',
        stopWithinMs: 15_000,
        ready: isReady(healthPort),
        readyWithinMs: 60_000,
      },
      settings.run,
    );
  return {
    topology,
    processes: [start(name, 'serve', serveHealth), start(`${name}-relay`, 'relay', relayHealth)],
  };
}

/** A second process like this one, to run beside it; not for one that listens on more than its health port. */
export async function another(name: string, spec: ProcessSpec, run: RunFolder): Promise<SupervisedProcess> {
  const [healthPort = 0] = await freePorts(1);
  const env = { ...spec.env, HEALTH_PORT: String(healthPort) };
  const logFile = join(dirname(spec.logFile), `${name}.log`);
  return new SupervisedProcess({ ...spec, name, env, logFile, ready: isReady(healthPort) }, run);
}

/** Asks a service on /readyz. @throws NotReady with its own words */
export const isReady = (healthPort: number) => async () => {
  // A process that is frozen accepts the connection and never answers.
  const response = await fetch(`http://127.0.0.1:${healthPort}/readyz`, { signal: AbortSignal.timeout(5_000) });
  if (response.ok) return true;
  const { problems } = (await response.json()) as { problems: string[] };
  throw new NotReady(problems.join('; '));
};

/** The standard variables of OpenTelemetry, for whoever has a collector running. */
function openTelemetrySettings(): Record<string, string> {
  const set = Object.entries(process.env).filter(([name, value]) => name.startsWith('OTEL_') && value !== undefined);
  return Object.fromEntries(set) as Record<string, string>;
}
