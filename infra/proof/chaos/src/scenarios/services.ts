import { frozen, frozenBesideAnother, killed, rollingRestart } from '../faults/process-faults.ts';
import type { Scenario } from './scenario.ts';

export const SERVICES = ['signup', 'email', 'workspace-provisioning', 'analytics'];
export const RELAYS = SERVICES.map((name) => `${name}-relay`);

const what = {
  signup: 'SIGKILL the service that answers',
  email: 'SIGKILL email with mails on their way',
  'workspace-provisioning': 'SIGKILL the provisioner in the middle of its transactions',
  analytics: 'SIGKILL the reader of the event log',
};

/** Each service and relay as an accident would end it. */
const kills = [...SERVICES, ...RELAYS].map((name): Scenario => ({
  name: `kill-${name}`,
  group: 'services',
  what: what[name as keyof typeof what] ?? `SIGKILL ${name} with facts on their way to the broker`,
  expected: name === 'signup' ? 'clients repeat, nobody signs up twice' : 'signups go on, it catches up',
  steps: (draw) => [{ at: [20, 60], do: killed(name), for: 1 + draw.below(3) }],
}));

// prettier-ignore
export const services: Scenario[] = [
  ...kills,
  { name: 'restart-rolling', group: 'services', what: 'SIGTERM and start of each process, one after the other', expected: 'each ends within 10 s and has answered what it finished', steps: () => [{ at: 10, do: rollingRestart, for: 0 }] },
  { name: 'freeze-relay', group: 'services', what: 'SIGSTOP one of two relays of a service', expected: 'the other publishes what it holds', steps: (draw) => [{ at: 20, do: frozenBesideAnother(draw.pick(RELAYS)), for: 12 }] },
  { name: 'freeze-relay-60s', group: 'services', what: 'SIGSTOP one of two relays of a service for a minute', expected: 'the other publishes what it holds', steps: (draw) => [{ at: 20, do: frozenBesideAnother(draw.pick(RELAYS)), for: 60 }], long: true },
  { name: 'freeze-service', group: 'services', what: 'SIGSTOP a service that hears facts', expected: 'its facts wait, and are handled once', steps: (draw) => [{ at: 20, do: frozen(draw.pick(['email', 'workspace-provisioning', 'analytics'])), for: 20 }], long: true },
];
