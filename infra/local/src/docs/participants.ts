import type { ServiceJoined } from '@tributary/contracts';
import type { BrokerRights } from '@tributary/messaging';
import { command } from '../machine/command.ts';
import { appProgram } from '../stack/build.ts';
import { services } from '../stack/services.ts';
import type { Participant } from './choreography.ts';

/** What a service says of itself with `topology`. */
interface Printed {
  states: string[];
  rights: BrokerRights;
  retryDelaysMs: number[];
  announces: ServiceJoined['data'];
}

export type DescribedService = Participant & Pick<Printed, 'rights' | 'retryDelaysMs'>;

/** What the built services would say of themselves when they start, and what they may state. Nothing is started for it. */
export function readParticipants(): Promise<DescribedService[]> {
  return Promise.all(
    services.map(async ({ name }) => {
      const printed = await command(process.execPath, [appProgram(name), 'topology']);
      const { announces, states, rights, retryDelaysMs } = JSON.parse(printed) as Printed;
      return { ...announces, states, rights, retryDelaysMs };
    }),
  );
}
