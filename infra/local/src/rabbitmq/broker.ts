import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../machine/free-ports.ts';
import type { RunFolder } from '../stack/run-folder.ts';
import { SupervisedProcess } from '../stack/supervised-process.ts';
import type { BrokerPlan } from './broker-plan.ts';
import { adminDefinitions, randomLogin, serviceDefinitions, type Login, type ServiceTopology } from './definitions.ts';
import { dockerSpec } from './docker-node.ts';
import { findRabbitMq } from './installation.ts';
import { nodeSpec } from './private-node.ts';

export interface Broker {
  process: SupervisedProcess;
  what: string;
  amqpUrl: (login?: Login) => string;
  /** With the administrator's credentials. */
  managementUrl: string;
  admin: Login;
  /** Creates the broker user of a service, with the rights that its topology gives it. */
  admit: (topology: ServiceTopology) => Promise<Login>;
}

/** A RabbitMQ node of our own on loopback, not yet started. */
export async function prepareBroker(run: RunFolder, logs: string, onProgress: (line: string) => void): Promise<Broker> {
  const installation = await findRabbitMq(run, onProgress);
  const [amqpPort = 0, managementPort = 0, distributionPort = 0, epmdPort = 0] = await freePorts(4);
  const admin = randomLogin('setup');
  const api = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`http://127.0.0.1:${managementPort}/api${path}`, {
      method,
      body: body ? JSON.stringify(body) : undefined,
      headers: {
        authorization: `Basic ${Buffer.from(`${admin.user}:${admin.password}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      signal: AbortSignal.timeout(5000),
    });
    if (!response.ok) throw new Error(`RabbitMQ: ${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const plan: BrokerPlan = {
    amqpPort,
    managementPort,
    folder: run.folder('rabbitmq'),
    logFile: join(logs, 'rabbitmq.log'),
    ready: async () => (await api('GET', `/health/checks/port-listener/${installation.server ? amqpPort : 5672}`)).ok,
  };
  writeFileSync(join(plan.folder, 'definitions.json'), JSON.stringify(adminDefinitions(admin)), { mode: 0o600 });
  const spec = installation.server
    ? nodeSpec(plan, { ...installation, server: installation.server }, { distributionPort, epmdPort }, run)
    : await dockerSpec(plan, run);
  return {
    process: new SupervisedProcess(spec, run),
    what: installation.what,
    admin,
    amqpUrl: ({ user, password } = admin) => `amqp://${user}:${password}@127.0.0.1:${amqpPort}`,
    managementUrl: `http://${admin.user}:${admin.password}@127.0.0.1:${managementPort}`,
    admit: async (topology) => {
      const login = randomLogin(topology.service);
      await api('POST', '/definitions', serviceDefinitions(login, topology));
      return login;
    },
  };
}
