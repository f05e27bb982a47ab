import { brokerAlarm, brokerConnectionsClosed, brokerFrozen } from '../faults/broker-faults.ts';
import { brokerUpgraded } from '../faults/broker-upgrade.ts';
import { leaderKilled, publishersNodeKilled, quorumLost } from '../faults/cluster-faults.ts';
import { bindingDeleted, queueDeleted } from '../faults/lost-facts.ts';
import { brokerKilled } from '../faults/process-faults.ts';
import { unnoticed } from '../faults/what-signup-answers.ts';
import type { Scenario } from './scenario.ts';

/** Busy: every signup passes through it. */
const QUEUE = 'workspace-provisioning.user.signed-up.v1';
const ANY_QUEUE = [QUEUE, 'email.user.signed-up.v1', 'signup.mail.sent.v1'];

// prettier-ignore
const one: Omit<Scenario, 'group'>[] = [
  { name: 'kill-broker', what: 'SIGKILL the broker, and start it again 5 s later', expected: 'signups stay 202; facts wait in the outboxes', steps: () => [{ at: [20, 40], do: unnoticed(brokerKilled), for: 5 }] },
  { name: 'freeze-broker', what: 'SIGSTOP the broker for 20 s: half-open connections', expected: 'signups stay 202; heartbeats notice, every connection is made anew', steps: () => [{ at: 20, do: unnoticed(brokerFrozen), for: 20 }], long: true },
  { name: 'close-broker-connections', what: 'every connection to the broker closed at once, as an operator can', expected: 'signups stay 202; everybody is back by themselves', steps: () => [{ at: [20, 60], do: brokerConnectionsClosed, for: 0 }] },
  { name: 'broker-memory-alarm', what: 'the broker has no memory left and blocks whoever publishes, for 8 s', expected: 'signups stay 202; facts wait in the outboxes', steps: () => [{ at: [20, 40], do: unnoticed(brokerAlarm('memory')), for: 8 }] },
  { name: 'broker-disk-alarm', what: 'the broker has no disk left and blocks whoever publishes, for 8 s', expected: 'signups stay 202; facts wait in the outboxes', steps: () => [{ at: [20, 40], do: unnoticed(brokerAlarm('disk')), for: 8 }], long: true },
  { name: 'delete-binding', what: 'a binding deleted while facts are published: they pass the queue by', expected: 'bound again within 30 s; `catch-up` brings what was missed', steps: (draw) => [{ at: [20, 40], do: bindingDeleted(draw.pick(ANY_QUEUE)), for: 0 }], long: true },
  { name: 'delete-queue', what: 'a queue deleted with all that waited in it, its consumer cancelled', expected: '`setup` makes it again and fills it from the log', steps: (draw) => [{ at: [20, 40], do: queueDeleted(draw.pick(ANY_QUEUE)), for: 3 }] },
];

// prettier-ignore
const cluster: Omit<Scenario, 'group'>[] = [
  { name: 'cluster-kill-leader', what: 'SIGKILL the node that leads a busy queue, of three', expected: 'signups stay 202; another node leads', steps: () => [{ at: [20, 40], do: unnoticed(leaderKilled(QUEUE)), for: 5 }] },
  { name: 'cluster-kill-publishers-node', what: 'SIGKILL the node through which the relay of signup publishes, of three', expected: 'signups stay 202; the relay goes on through another node', steps: () => [{ at: [20, 40], do: unnoticed(publishersNodeKilled('signup relay')), for: 5 }] },
  { name: 'cluster-lose-quorum', what: 'SIGKILL two nodes of three for 30 s', expected: 'signups stay 202; the outbox grows, then drains', steps: () => [{ at: 20, do: unnoticed(quorumLost(QUEUE)), for: 30 }] },
  { name: 'cluster-kill-all', what: 'SIGKILL all three nodes at once, and start them again 5 s later', expected: 'signups stay 202; what was confirmed is still there', steps: () => [{ at: [20, 40], do: unnoticed(brokerKilled), for: 5 }] },
];

// prettier-ignore
const upgrade: Scenario = { name: 'upgrade-broker', group: 'broker', what: 'the broker of docker-compose.yml goes from 4.0 to the pinned version, with its data', expected: 'signups stay 202; queues, log and what waits in them are still there', steps: () => [{ at: 30, do: unnoticed(brokerUpgraded), for: 0 }], needs: 'older-broker', long: true, people: 160 };

export const broker: Scenario[] = [
  ...one.map((scenario): Scenario => ({ ...scenario, group: 'broker' })),
  ...cluster.map((scenario): Scenario => ({ ...scenario, group: 'broker', needs: 'cluster', long: true })),
  upgrade,
];
