import {
  addressesOf,
  buildImages,
  Compose,
  connectTo,
  findEngine,
  Mailbox,
  newWorld,
  topologyOf,
  verdictOn,
} from '@tributary/compose';
import { play } from '@tributary/e2e';
import { endCommands, services as allServices } from '@tributary/local';
import { eventually, Management } from '@tributary/testing';
import type pg from 'pg';
import { Containers } from './container-commands.ts';
import { isBehindAMail, type Target, type TargetOptions } from './target.ts';

/** The oldest version that docker-compose.yml and compose:check are run with. */
const OLDEST_BROKER = 'rabbitmq:4.0.5-management';

const WELCOMED = `SELECT count(*)::int AS mails FROM mails WHERE kind = 'welcome' AND status = 'sent'`;

/** The whole system of docker-compose.yml, beside any other copy of it. */
export async function startContainers({ signal, say, olderBroker }: TargetOptions): Promise<Target> {
  say(await findEngine());
  const compose = await Compose.withFreePorts();
  if (olderBroker) compose.brokerImage = OLDEST_BROKER;
  signal.addEventListener('abort', endCommands);
  try {
    return await begin(compose, say);
  } catch (error) {
    await compose.down();
    throw error;
  }
}

async function begin(compose: Compose, say: (line: string) => void): Promise<Target> {
  await compose.down(); // what a run left that was killed
  await buildImages(compose, async (what, work) => {
    const result = await work();
    say(what);
    return result;
  });
  await compose.run('up', '--detach', '--no-build', '--wait', '--wait-timeout', '240');
  say('every container is healthy');
  const at = addressesOf(compose);
  const services = allServices.map(({ name }) => name);
  const topologies = await Promise.all(services.map(topologyOf));
  const world = newWorld({ compose, at, topologies, mailbox: new Mailbox(at.mail) });
  const containers = new Containers(compose.project);
  const inDoubt = (name: string) => void (target.crashes += isBehindAMail(name) ? 1 : 0);
  const database = (name: string) => connectTo(at.database(name));

  const target: Target = {
    kind: 'containers',
    processes: ['rabbitmq', 'postgres', ...services.flatMap((name) => [name, `${name}-relay`])],
    services,
    brokers: ['rabbitmq'],
    async kill(name, killSignal = 'SIGKILL') {
      await containers.kill(name, killSignal);
      inDoubt(name);
    },
    start: (name) => containers.start(name),
    async stop(name) {
      const began = Date.now();
      await containers.stop(name);
      return Date.now() - began;
    },
    async freeze(name) {
      await containers.pause(name);
      inDoubt(name);
    },
    async thaw(name) {
      await containers.unpause(name);
    },
    async double(name) {
      await compose.run('up', '--detach', '--no-build', '--no-deps', '--no-recreate', '--scale', `${name}=2`, name);
      await eventually(() => compose.isReady(name), { timeoutMs: 60_000, intervalMs: 300 });
      return `${name}-2`;
    },
    control: (name, args) => compose.run('exec', '--no-TTY', name, 'rabbitmqctl', ...args),
    async upgradeBroker() {
      // A newer version refuses data of a node that has not enabled what its own version offers.
      await compose.run('exec', '--no-TTY', 'rabbitmq', 'rabbitmqctl', 'enable_feature_flag', 'all');
      compose.brokerImage = undefined;
      await compose.run('up', '--detach', '--no-build', '--no-deps', '--wait', '--wait-timeout', '120', 'rabbitmq');
    },
    command: (service, args) => compose.run('run', '--rm', '--no-deps', '--no-TTY', `${service}-setup`, ...args),
    broker: new Management(at.management(), '/'),
    amqpUrl: at.amqp(),
    http: (service) => (service === 'signup' ? at.signup : at.analytics),
    databaseUrl: (name) => at.database(name),
    database,
    async query<Row extends pg.QueryResultRow>(name: string, sql: string, values?: unknown[]) {
      const client = await database(name);
      return client
        .query<Row>(sql, values)
        .then(({ rows }) => rows)
        .finally(() => client.end());
    },
    welcomed: async () => (await target.query<{ mails: number }>('email', WELCOMED))[0]?.mails ?? 0,
    ledger: world.ledger,
    crashes: 0,
    play: (intents, options) => play(intents, world.ledger, { signup: at.signup, ...options }),
    verdict: () => verdictOn(Object.assign(world, { crashes: target.crashes })),
    endAtOnce: async () => endCommands(),
    async [Symbol.asyncDispose]() {
      say('the containers are removed');
      await compose.down();
    },
  };
  return target;
}
