import { chmodSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { command, plainEnvironment } from '../machine/command.ts';
import type { RunFolder } from '../stack/run-folder.ts';
import type { ProcessSpec } from '../stack/supervised-process.ts';
import type { BrokerPlan } from './broker-plan.ts';
import { brokerImage } from './image.ts';
import { advancedConfig, promptFigures } from './prompt.ts';

/** The broker in a container, where the machine has neither RabbitMQ nor Debian's packages. */
export async function dockerSpec(plan: BrokerPlan, run: RunFolder): Promise<ProcessSpec> {
  const name = `tributary-${basename(run.path)}`;
  const files = {
    'container.conf': ['load_definitions = /definitions.json', ...promptFigures, ''].join('\n'),
    'advanced.config': advancedConfig,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(plan.folder, file), text);
  // Another user reads them in there; the folder above keeps every other user of this machine out.
  for (const file of [...Object.keys(files), 'definitions.json']) chmodSync(join(plan.folder, file), 0o644);
  const mount = (file: string, inside: string) => ['-v', `${join(plan.folder, file)}:${inside}:ro`];
  run.rememberUndo(['docker', 'rm', '-f', '-v', name]);
  await command('docker', [
    'create',
    ...['--name', name, '--hostname', 'tributary'],
    ...['-p', `127.0.0.1:${plan.amqpPort}:5672`, '-p', `127.0.0.1:${plan.managementPort}:15672`],
    ...mount('container.conf', '/etc/rabbitmq/conf.d/90-tributary.conf'),
    ...mount('advanced.config', '/etc/rabbitmq/advanced.config'),
    ...mount('definitions.json', '/definitions.json'),
    brokerImage,
  ]);
  return {
    name: plan.name,
    command: 'docker',
    args: ['start', '--attach', name],
    env: plainEnvironment(),
    logFile: plan.logFile,
    stopSignal: 'SIGTERM',
    stopWithinMs: 20_000,
    ready: plan.ready,
    readyWithinMs: 180_000,
    signal: async (signal) => {
      await command('docker', ['kill', '--signal', signal, name]).catch(() => undefined);
    },
    control: (args) => command('docker', ['exec', name, 'rabbitmqctl', ...args]),
  };
}
