import type { ServiceCommand } from '@tributary/service-defaults';
import { configureLogging } from '@tributary/telemetry';
import type { Config } from '../config.ts';
import { rebuild } from './rebuild.ts';

/** For `runService`. Two commands, because dropping what cannot be read again must not be one slip of a flag away. */
export const rebuildCommands: ServiceCommand<Config>[] = [
  {
    name: 'rebuild',
    summary:
      'Drop the projections and read the event log again; refuses where it does not reach back as far as they do.',
    run: rebuildWith({ acceptLoss: false }),
  },
  {
    name: 'rebuild-accepting-loss',
    summary: 'The same, and what the event log does not have any more is gone for good.',
    run: rebuildWith({ acceptLoss: true }),
  },
];

function rebuildWith({ acceptLoss }: { acceptLoss: boolean }): ServiceCommand<Config>['run'] {
  const tell = (sentence: string) => void process.stdout.write(`analytics: ${sentence}\n`);
  return (config, signal) => {
    configureLogging({ level: 'warn', service: 'analytics' });
    return rebuild({ config, acceptLoss, tell, signal });
  };
}
