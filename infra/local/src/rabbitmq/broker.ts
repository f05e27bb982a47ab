import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainEnvironment } from '../machine/command.ts';
import { freePorts } from '../machine/free-ports.ts';
import type { RunFolder } from '../stack/run-folder.ts';
import { SupervisedProcess, type ProcessSpec } from '../stack/supervised-process.ts';
import type { BrokerPlan } from './broker-plan.ts';
import { adminDefinitions, randomLogin, serviceDefinitions, type Login, type ServiceTopology } from './definitions.ts';
import { dockerSpec } from './docker-node.ts';
import { privateEpmd } from './epmd.ts';
import { findRabbitMq, type Installation } from './installation.ts';
import { managementApi } from './management-api.ts';
import { oneAddress, type OneAddress } from './one-address.ts';
import { nodeSpec } from './private-node.ts';

export interface Broker {
  /** One process, `rabbitmq`; or several that are one cluster, `rabbitmq-1` and so on: start them at the same time. */
  nodes: SupervisedProcess[];
  /** Where it comes from. */
  what: string;
  /** Of the running server: `RabbitMQ 4.3.6`. */
  version: () => Promise<string>;
  amqpUrl: (login?: Login) => string;
  /** With the administrator's credentials. */
  managementUrl: string;
  admin: Login;
  /** Resolves when all nodes are up and know each other: a queue that is declared then is on all of them. */
  joined: () => Promise<boolean>;
  /** Creates the broker user of a service, with the rights that it says it needs. */
  admit: (topology: Pick<ServiceTopology, 'service' | 'rights'>) => Promise<Login>;
  /** Frees what is not in a process of its own. */
  close: () => Promise<void>;
}

/** A RabbitMQ of our own on loopback, not yet started: one node, or a cluster behind one address. */
export async function prepareBroker(
  run: RunFolder,
  logs: string,
  onProgress: (line: string) => void,
  { nodes: count = 1, vhost = '/' } = {},
): Promise<Broker> {
  const installation = await findRabbitMq(run, onProgress);
  const admin = randomLogin('setup');
  const names = count === 1 ? ['rabbitmq'] : Array.from({ length: count }, (_, index) => `rabbitmq-${index + 1}`);
  const plans = await Promise.all(names.map((name) => planOf(name, { admin, vhost, installation, run, logs })));
  const specs = await specsOf(plans, installation, run);
  const nodes = specs.map((spec) => new SupervisedProcess(spec, run));
  const [amqp, management] = await Promise.all([
    addressOf(plans.map(({ amqpPort }) => amqpPort)),
    addressOf(plans.map(({ managementPort }) => managementPort)),
  ]);
  const api = managementApi(management.port, admin);
  return {
    nodes,
    what: count === 1 ? installation.what : `${count} nodes, ${installation.what}`,
    admin,
    amqpUrl: (login = admin) =>
      `amqp://${inUrl(login)}@127.0.0.1:${amqp.port}${vhost === '/' ? '' : `/${encodeURIComponent(vhost)}`}`,
    managementUrl: `http://${inUrl(admin)}@127.0.0.1:${management.port}`,
    async version() {
      const { rabbitmq_version } = (await (await api('GET', '/overview')).json()) as { rabbitmq_version: string };
      return `RabbitMQ ${rabbitmq_version}`;
    },
    async joined() {
      const known = (await (await api('GET', '/nodes')).json()) as { running: boolean }[];
      return known.filter(({ running }) => running).length === count;
    },
    admit: async ({ service, rights }) => {
      const login = randomLogin(service);
      await api('POST', '/definitions', serviceDefinitions(login, rights, vhost));
      return login;
    },
    close: async () => void (await Promise.all([amqp.close(), management.close()])),
  };
}

const inUrl = ({ user, password }: Login) => `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;

async function planOf(
  name: string,
  at: { admin: Login; vhost: string; installation: Installation; run: RunFolder; logs: string },
): Promise<BrokerPlan> {
  const [amqpPort = 0, managementPort = 0] = await freePorts(2);
  const api = managementApi(managementPort, at.admin);
  const plan: BrokerPlan = {
    name,
    amqpPort,
    managementPort,
    folder: at.run.folder(name),
    logFile: join(at.logs, `${name}.log`),
    ready: async () =>
      (await api('GET', `/health/checks/port-listener/${at.installation.server ? amqpPort : 5672}`)).ok,
  };
  const definitions = JSON.stringify(adminDefinitions(at.admin, at.vhost));
  writeFileSync(join(plan.folder, 'definitions.json'), definitions, { mode: 0o600 });
  return plan;
}

async function specsOf(plans: BrokerPlan[], installation: Installation, run: RunFolder): Promise<ProcessSpec[]> {
  const { server } = installation;
  if (!server && plans.length > 1) {
    throw new Error(
      'a cluster of several nodes needs RabbitMQ itself on this machine, not only Docker: install rabbitmq-server',
    );
  }
  if (!server) return Promise.all(plans.map((plan) => dockerSpec(plan, run)));
  const [epmdPort = 0, ...distributionPorts] = await freePorts(plans.length + 1);
  const logFile = plans[0]?.logFile ?? '';
  const env = { ...plainEnvironment(), ...installation.env };
  const epmd = privateEpmd({ folder: installation.epmd ?? '', port: epmdPort, logFile }, env, run);
  const cluster = { names: plans.map(({ name }) => name), cookie: randomBytes(20).toString('hex') };
  return plans.map((plan, index) =>
    nodeSpec(plan, { ...installation, server }, { distributionPort: distributionPorts[index] ?? 0, epmd, cluster }),
  );
}

/** A node is reached directly, several through one address. */
async function addressOf(ports: readonly number[]): Promise<OneAddress> {
  const [port = 0, ...others] = ports;
  return others.length === 0 ? { port, close: async () => undefined } : oneAddress(ports);
}
