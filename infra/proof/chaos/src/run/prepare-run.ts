import type { Options } from '../options.ts';
import { scenarios } from '../scenarios/index.ts';
import { listOf } from '../scenarios/list.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { endless, type Load, planned } from './plan.ts';
import type { Run } from './run-chaos.ts';

/** What one machine bears with room for the catching up. */
const USUAL: Load = { perSecond: 25, seconds: 8 };
/** 15 minutes of it are more than 50,000 signups: people keep coming while the system recovers, for most scenarios long enough. */
const SOAK: Load = { perSecond: 65, seconds: 40 };
/** MailDev takes about nine mails a second, and everybody gets two. */
const CONTAINERS: Load = { perSecond: 4, seconds: 10 };

/**
 * What the options ask for, drawn from the seed.
 * @throws Error that names what there is instead
 */
export function prepareRun(options: Options, signal: AbortSignal): Run {
  const { seed, compose, scenarios: names, soakMs } = options;
  const asked = names.map(named);
  const cluster = options.cluster || asked.some(({ needs }) => needs === 'cluster');
  const olderBroker = asked.some(({ needs }) => needs === 'older-broker');
  if (olderBroker && !compose)
    throw new Error('Only a container has another version of the broker: run it with --compose.');
  if (compose && cluster) throw new Error('docker-compose.yml has one broker node: run it without --compose.');
  const has = { processes: !compose, cluster, 'older-broker': olderBroker };
  const can = ({ needs }: Scenario) => !needs || has[needs];
  for (const { name } of asked.filter((it) => !can(it)))
    throw new Error(`${name} needs processes of this machine: run it without --compose.`);

  const wishes = {
    seed,
    load: compose ? CONTAINERS : soakMs ? SOAK : USUAL,
    scenarios: scenarios.filter(can),
    names: names.length > 0 ? names : undefined,
  };
  const acts = soakMs ? undefined : planned(wishes);
  return {
    options,
    acts: acts ?? endless(wishes),
    scenarios: acts?.length,
    command: commandOf(options),
    signal,
    start: async (say) => {
      const settings = { brokerNodes: cluster ? (3 as const) : (1 as const), olderBroker, signal, say };
      if (!compose) return (await import('./processes.ts')).startProcesses(settings);
      return (await import('./containers.ts')).startContainers(settings);
    },
  };
}

function named(name: string): Scenario {
  const scenario = scenarios.find((it) => it.name === name);
  if (!scenario) throw new Error(`There is no scenario "${name}". There are:\n\n${listOf(scenarios)}`);
  return scenario;
}

function commandOf({ seed, compose, cluster, scenarios: names, soakMs }: Options): string {
  const options = [
    `--seed ${seed}`,
    ...names.map((name) => `--scenario ${name}`),
    ...(soakMs ? [`--soak ${soakMs / 1_000}s`] : []),
    ...(cluster ? ['--cluster'] : []),
    ...(compose ? ['--compose'] : []),
  ];
  return `npm run chaos -- ${options.join(' ')}`;
}
