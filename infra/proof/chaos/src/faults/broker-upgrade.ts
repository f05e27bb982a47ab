import { eventually } from '@tributary/testing';
import type { Fault } from '../run/fault.ts';
import type { Target } from '../run/target.ts';

/** Another version of the broker on the same data, while facts are stated and wait. */
export const brokerUpgraded: Fault = {
  what: 'a newer version of the broker on the same data',
  async begin(target, note) {
    if (!target.upgradeBroker) throw new Error('this system has one version of the broker only');
    const before = await versionOf(target);
    await target.upgradeBroker();
    const after = await eventually(() => versionOf(target), { timeoutMs: 60_000, intervalMs: 500 });
    if (after === before) note(`the broker is ${after} as before: nothing is proven`);
    return async () => undefined;
  },
};

const versionOf = async ({ broker }: Target) =>
  (await broker.call<{ rabbitmq_version: string }>('GET', '/overview')).rabbitmq_version;
