import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command, plainEnvironment } from '../machine/command.ts';
import type { ProcessSpec } from '../stack/supervised-process.ts';
import type { BrokerPlan } from './broker-plan.ts';
import type { Epmd } from './epmd.ts';
import type { Installation } from './installation.ts';
import { advancedConfig, promptFigures } from './prompt.ts';

/** What the nodes of one cluster have in common. */
export interface Cluster {
  /** The names of their processes, this one's among them. */
  names: string[];
  /** Erlang's shared secret. */
  cookie: string;
}

/** A node that shares nothing with a system service: own ports, cookie, data, plugin list, and own epmd. */
export function nodeSpec(
  plan: BrokerPlan,
  installation: Installation & { server: string },
  erlang: { distributionPort: number; epmd: Epmd; cluster: Cluster },
): ProcessSpec {
  const inFolder = (name: string) => join(plan.folder, name);
  writeFileSync(inFolder('enabled_plugins'), '[rabbitmq_management].\n');
  writeFileSync(
    inFolder('rabbitmq.conf'),
    [
      `listeners.tcp.1 = 127.0.0.1:${plan.amqpPort}`,
      'management.tcp.ip = 127.0.0.1',
      `management.tcp.port = ${plan.managementPort}`,
      `load_definitions = ${inFolder('definitions.json')}`,
      'log.console = true',
      'log.console.level = info',
      'log.file = false',
      ...promptFigures,
      ...formation(erlang.cluster),
      '',
    ].join('\n'),
  );
  writeFileSync(inFolder('advanced.config'), advancedConfig);
  mkdirSync(inFolder('home'), { recursive: true });
  writeFileSync(inFolder('home/.erlang.cookie'), erlang.cluster.cookie, { mode: 0o400 });
  const env: Record<string, string> = {
    ...plainEnvironment(),
    HOME: inFolder('home'), // the Erlang cookie is in there
    RABBITMQ_NODENAME: erlangName(plan.name),
    RABBITMQ_NODE_PORT: String(plan.amqpPort),
    RABBITMQ_DIST_PORT: String(erlang.distributionPort),
    RABBITMQ_MNESIA_BASE: inFolder('data'),
    RABBITMQ_LOG_BASE: inFolder('log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: inFolder('enabled_plugins'),
    RABBITMQ_CONFIG_FILE: inFolder('rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: inFolder('advanced.config'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_PID_FILE: inFolder('pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    // The start script then becomes the virtual machine instead of a shell beside it, as it does under systemd.
    RUNNING_UNDER_SYSTEMD: 'true',
    ERL_EPMD_PORT: String(erlang.epmd.port),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ...installation.env,
  };
  return {
    name: plan.name,
    command: installation.server,
    args: [],
    env,
    cwd: plan.folder,
    logFile: plan.logFile,
    stopSignal: 'SIGTERM',
    stopWithinMs: 20_000,
    ready: plan.ready,
    readyWithinMs: 120_000,
    // A node of 3.10 gives up when it asks another one that has only just begun to start ("incompatible_feature_flags", seen).
    startsAgain: erlang.cluster.names.length - 1,
    before: () => erlang.epmd.start(plan.name),
    after: () => erlang.epmd.stop(plan.name),
    control: (args) => command(join(dirname(installation.server), 'rabbitmqctl'), args, { env, cwd: plan.folder }),
  };
}

const erlangName = (name: string) => `${name.replace('rabbitmq', 'tributary')}@localhost`;

/** Who belongs together, for the first start; afterwards each node knows. A node alone asks nobody. */
function formation({ names }: Cluster): string[] {
  if (names.length === 1) return [];
  return [
    'cluster_formation.peer_discovery_backend = classic_config',
    ...names.map((name, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${erlangName(name)}`),
  ];
}
