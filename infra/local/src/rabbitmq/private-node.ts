import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { plainEnvironment } from '../machine/command.ts';
import type { RunFolder } from '../stack/run-folder.ts';
import { SupervisedProcess, type ProcessSpec } from '../stack/supervised-process.ts';
import type { BrokerPlan } from './broker-plan.ts';
import type { Installation } from './installation.ts';

// The management API answers 5 to 15 s late by default; whoever waits for an empty queue here waits that long for nothing.
const PROMPT_FIGURES = [
  'collect_statistics_interval = 500',
  ...['global', 'basic', 'detailed'].map((level) => `management.sample_retention_policies.${level}.minute = 1`),
];

/** A node that shares nothing with a system service: own ports, cookie, data, plugin list, and own epmd. */
export function nodeSpec(
  plan: BrokerPlan,
  installation: Installation & { server: string },
  ports: { distributionPort: number; epmdPort: number },
  run: RunFolder,
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
      ...PROMPT_FIGURES,
      '',
    ].join('\n'),
  );
  writeFileSync(inFolder('advanced.config'), '[{rabbit, [{quorum_tick_interval, 500}]}].\n');
  mkdirSync(inFolder('home'), { recursive: true });
  const env: Record<string, string> = {
    ...plainEnvironment(),
    HOME: inFolder('home'), // the Erlang cookie is made here
    RABBITMQ_NODENAME: 'tributary@localhost',
    RABBITMQ_NODE_PORT: String(plan.amqpPort),
    RABBITMQ_DIST_PORT: String(ports.distributionPort),
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
    ERL_EPMD_PORT: String(ports.epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ...installation.env,
  };
  const epmd = epmdProcess(installation.epmd ?? '', ports.epmdPort, env, plan, run);
  return {
    name: 'rabbitmq',
    command: installation.server,
    args: [],
    env,
    cwd: plan.folder,
    logFile: plan.logFile,
    stopSignal: 'SIGTERM',
    stopWithinMs: 20_000,
    ready: plan.ready,
    readyWithinMs: 120_000,
    before: async () => {
      if (epmd.state !== 'up') await epmd.start();
    },
    after: () => epmd.stop(),
  };
}

/**
 * Erlang starts a missing epmd by itself, as a daemon that outlives the broker and that nobody would stop. Started here
 * first, and in the foreground, it is a process like any other.
 */
function epmdProcess(
  folder: string,
  port: number,
  env: Record<string, string>,
  plan: BrokerPlan,
  run: RunFolder,
): SupervisedProcess {
  const ready = () =>
    new Promise<boolean>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket.end() !== undefined));
      socket.once('error', reject);
    });
  const spec: ProcessSpec = {
    name: 'epmd',
    command: join(folder, 'epmd'),
    args: [],
    env,
    logFile: plan.logFile,
    stopSignal: 'SIGTERM',
    stopWithinMs: 2000,
    ready,
    readyWithinMs: 10_000,
  };
  return new SupervisedProcess(spec, run);
}
