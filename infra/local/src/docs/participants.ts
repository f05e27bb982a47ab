import type { ServiceJoined } from '@tributary/contracts';
import { command } from '../machine/command.ts';
import { appProgram } from '../stack/build.ts';
import { services } from '../stack/services.ts';
import type { Participant } from './choreography.ts';

interface Described {
  states: string[];
  announces: ServiceJoined['data'];
}

/** What the built services would say of themselves when they start, and what they may state. Nothing is started for it. */
export function readParticipants(): Promise<Participant[]> {
  return Promise.all(
    services.map(async ({ name }) => {
      const printed = await command(process.execPath, [appProgram(name), 'topology']);
      const { states, announces } = JSON.parse(printed) as Described;
      return { ...announces, states };
    }),
  );
}
