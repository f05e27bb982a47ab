import { eventually } from '@tributary/testing';
import type { Fault } from '../run/fault.ts';
import type { Target } from '../run/target.ts';
import { brokerNodes, processOf } from './broker-nodes.ts';

/** Where a quorum queue is, by node. */
interface Replicas {
  leader: string;
  members: string[];
  online: string[];
}

const WITHIN = { timeoutMs: 60_000, intervalMs: 250 };

/** The node that orders this queue's messages is gone; another one takes over, and nothing that was confirmed is missing. */
export const leaderKilled = (queue: string): Fault => ({
  what: `SIGKILL the node that leads ${queue}`,
  async begin(target) {
    const { leader } = await onEveryNode(target, queue);
    const victim = processOf(target, leader);
    await target.kill(victim);
    const another = async () => {
      const now = await replicasOf(target, queue);
      return now.leader !== leader && now.online.includes(now.leader);
    };
    await orBack(target, [victim], () => eventually(another, WITHIN));
    return () => back(target, [victim], queue);
  },
});

/** The node through which this process publishes is gone; it comes back through another one. */
export const publishersNodeKilled = (publisher: string): Fault => ({
  what: `SIGKILL the node that ${publisher} publishes through`,
  async begin(target) {
    const node = await eventually(() => nodeBehind(target, publisher), WITHIN);
    const victim = processOf(target, node);
    await target.kill(victim);
    const elsewhere = async () => {
      const now = await nodeBehind(target, publisher);
      return now !== false && now !== node;
    };
    await orBack(target, [victim], () => eventually(elsewhere, WITHIN));
    return () => back(target, [victim]);
  },
});

/** Two of three are gone: no queue takes or gives anything. Signups are accepted, and their facts wait in the outbox. */
export const quorumLost = (queue: string): Fault => ({
  what: 'SIGKILL two of the three nodes of the broker',
  async begin(target, note) {
    await onEveryNode(target, queue);
    const victims = target.brokers.slice(1);
    await Promise.all(victims.map((name) => target.kill(name)));
    await orBack(target, victims, () => eventually(async () => (await waitingToBePublished(target)) > 0, WITHIN));
    return async () => {
      const { online } = await replicasOf(target, queue);
      if (online.length > 1) note(`${queue} still had ${online.length} nodes: the quorum was not lost`);
      if ((await waitingToBePublished(target)) === 0) note('facts were published without a quorum');
      await back(target, victims, queue);
    };
  },
});

/** @throws Error when the queue is not on every node: killing one would prove nothing */
async function onEveryNode(target: Target, queue: string): Promise<Replicas> {
  const replicas = await replicasOf(target, queue);
  const { members, online } = replicas;
  if (members.length < target.brokers.length || online.length < members.length) {
    throw new Error(`${queue} is on ${members.join(', ')}, of which ${online.join(', ')} take part`);
  }
  return replicas;
}

const replicasOf = ({ broker }: Target, queue: string) =>
  broker.call<Replicas>('GET', `/queues/%2F/${encodeURIComponent(queue)}`);

/** The node that a connection with this client name is on; false while there is none. */
async function nodeBehind({ broker }: Target, client: string): Promise<string | false> {
  const connections = await broker.call<{ node: string; client_properties?: { connection_name?: string } }[]>(
    'GET',
    '/connections',
  );
  return connections.find((it) => it.client_properties?.connection_name === client)?.node ?? false;
}

async function waitingToBePublished(target: Target): Promise<number> {
  const [row] = await target.query<{ count: number }>('signup', 'SELECT count(*)::int FROM messaging.outbox');
  return row?.count ?? 0;
}

/** Nodes that were killed together must start together: each waits for the one that was killed last. */
async function back(target: Target, nodes: string[], queue?: string): Promise<void> {
  await Promise.all(nodes.map((name) => target.start(name)));
  await eventually(async () => (await brokerNodes(target)).every(({ running }) => running), WITHIN);
  if (queue) await eventually(() => onEveryNode(target, queue), WITHIN);
}

async function orBack(target: Target, nodes: string[], seen: () => Promise<unknown>): Promise<void> {
  try {
    await seen();
  } catch (error) {
    await back(target, nodes);
    throw error;
  }
}
