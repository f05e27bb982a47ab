import type { Target } from '../run/target.ts';

/** A broker's node as the management API shows it. */
export interface BrokerNode {
  name: string;
  running: boolean;
  mem_alarm: boolean;
  disk_free_alarm: boolean;
  mem_limit: number;
  disk_free_limit: number;
}

export const brokerNodes = ({ broker }: Target) => broker.call<BrokerNode[]>('GET', '/nodes');

/** The process `rabbitmq-2` is the node `tributary-2@localhost`; a process without a number is the only one. */
export async function nodeOf(target: Target, process: string): Promise<BrokerNode> {
  const nodes = await brokerNodes(target);
  const node = nodes.length === 1 ? nodes[0] : nodes.find(({ name }) => processOf(target, name) === process);
  if (!node) throw new Error(`the broker does not know ${process}: ${nodes.map(({ name }) => name).join(', ')}`);
  return node;
}

/** @throws Error when the node is none of ours */
export function processOf({ brokers }: Target, node: string): string {
  const number = /-(\d+)@/.exec(node)?.[1];
  const process = brokers.find((name) => name.endsWith(`-${number}`));
  if (!process) throw new Error(`no process of this system is the broker's node ${node}`);
  return process;
}
