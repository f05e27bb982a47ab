import { eventually } from '@tributary/testing';
import type { Fault } from '../run/fault.ts';
import type { Target } from '../run/target.ts';
import { nodeOf } from './broker-nodes.ts';

/** SIGSTOP: sockets stay open and nobody answers. Only heartbeats can tell; afterwards every connection is a new one. */
export const brokerFrozen: Fault = {
  what: 'SIGSTOP the broker',
  async begin(target, note) {
    const before = await connectionsOf(target);
    if (before.length === 0) throw new Error('nobody is connected to the broker: freezing it would prove nothing');
    await Promise.all(target.brokers.map((name) => target.freeze(name)));
    return async () => {
      await Promise.all(target.brokers.map((name) => target.thaw(name)));
      const kept = async () => (await connectionsOf(target)).filter((name) => before.includes(name));
      // What the clients gave up is in the list until the broker, awake again, has seen it.
      await eventually(async () => (await kept()).length === 0, { timeoutMs: 15_000, intervalMs: 500 }).catch(
        () => undefined,
      );
      const outlived = (await kept()).length;
      if (outlived > 0) note(`${outlived} connections outlived a silent broker: no heartbeat was missed`);
    };
  },
};

/** As an operator closes them: all at once, while the broker goes on. */
export const brokerConnectionsClosed: Fault = {
  what: 'every connection to the broker closed',
  async begin(target) {
    const closed = await target.broker.killConnections(() => true, { timeoutMs: 15_000 });
    if (closed < target.services.length) throw new Error(`only ${closed} connections were closed`);
    return async () => undefined;
  },
};

interface Alarm {
  /** Of a node, in the management API. */
  flag: 'mem_alarm' | 'disk_free_alarm';
  limit: 'mem_limit' | 'disk_free_limit';
  /** For rabbitmqctl. */
  raise: string[];
  clear: (limit: number) => string[];
}
const alarms: Record<'memory' | 'disk', Alarm> = {
  memory: {
    flag: 'mem_alarm',
    limit: 'mem_limit',
    raise: ['set_vm_memory_high_watermark', 'absolute', '1000000'],
    clear: (limit) => ['set_vm_memory_high_watermark', 'absolute', String(limit)],
  },
  disk: {
    flag: 'disk_free_alarm',
    limit: 'disk_free_limit',
    raise: ['set_disk_free_limit', '1000000GB'],
    clear: (limit) => ['set_disk_free_limit', String(limit)],
  },
};

/** The broker reads from no publisher any more. Seen: it says so itself, and a publisher is blocked. */
export const brokerAlarm = (resource: keyof typeof alarms): Fault => ({
  what: `${resource} alarm of the broker`,
  async begin(target) {
    // Of several nodes one is enough: the others block their publishers too.
    const [broker = ''] = target.brokers;
    const { flag, limit, raise, clear } = alarms[resource];
    const { [limit]: usual } = await nodeOf(target, broker);
    await target.control(broker, raise);
    const end = async () => {
      await target.control(broker, clear(usual));
      await eventually(async () => !(await nodeOf(target, broker))[flag], { timeoutMs: 30_000, intervalMs: 250 });
    };
    try {
      await eventually(async () => (await nodeOf(target, broker))[flag], { timeoutMs: 30_000, intervalMs: 250 });
      await eventually(() => somebodyIsBlocked(target), { timeoutMs: 30_000, intervalMs: 250 });
    } catch (error) {
      await end();
      throw error;
    }
    return end;
  },
});

async function somebodyIsBlocked(target: Target): Promise<boolean> {
  const connections = await target.broker.call<{ state?: string }[]>('GET', '/connections');
  return connections.some(({ state }) => state === 'blocked');
}

const connectionsOf = async ({ broker }: Target) => (await broker.connections()).map(({ name }) => name);
