import type { Random } from '@tributary/e2e';
import { brokerKilled, killed, killedTwice } from '../faults/process-faults.ts';
import type { Scenario } from './scenario.ts';
import { RELAYS, SERVICES } from './services.ts';

// prettier-ignore
/** What seldom happens together, together. */
export const several: Scenario[] = [
  { name: 'kill-several', group: 'services', what: 'SIGKILL three processes at the same moment', expected: 'as if it had been one', steps: (draw) => three(draw).map((name) => ({ at: 30, do: killed(name), for: 2 })) },
  { name: 'kill-everything', group: 'services', what: 'SIGKILL all services and relays at the same moment', expected: 'as if it had been one', steps: () => [...SERVICES, ...RELAYS].map((name) => ({ at: 40, do: killed(name), for: 1 })) },
  { name: 'kill-twice', group: 'services', what: 'SIGKILL email, and again as soon as it is back', expected: 'no mail is lost; a copy has its Message-ID', steps: () => [{ at: [20, 40], do: killedTwice('email'), for: 1 }] },
  { name: 'kill-broker-and-database', group: 'database', what: 'SIGKILL broker and database server together', expected: '503 until it is back, then everything', steps: () => [{ at: 30, do: brokerKilled, for: 2 }, { at: 30, do: killed('postgres'), for: 4 }] },
];

function three(draw: Random): string[] {
  const left = [...SERVICES, ...RELAYS];
  return [0, 1, 2].map(() => left.splice(draw.below(left.length), 1)[0] ?? '');
}
