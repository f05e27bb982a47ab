import type { Fault, Note } from '../run/fault.ts';
import type { Target } from '../run/target.ts';

/** SIGKILL, and the start of it in the end. */
export const killed = (name: string, signal: NodeJS.Signals = 'SIGKILL'): Fault => ({
  what: `${signal} ${name}`,
  async begin(target) {
    await target.kill(name, signal);
    return () => target.start(name);
  },
});

/** Again as soon as it is ready, which is before it has caught up. */
export const killedTwice = (name: string): Fault => ({
  what: `SIGKILL ${name}, twice`,
  async begin(target) {
    await target.kill(name);
    await target.start(name);
    await target.kill(name);
    return () => target.start(name);
  },
});

/** Every node of the broker at the same moment; the nodes of a cluster come back only together. */
export const brokerKilled: Fault = {
  what: 'SIGKILL the broker',
  async begin(target) {
    await Promise.all(target.brokers.map((name) => target.kill(name)));
    return async () => void (await Promise.all(target.brokers.map((name) => target.start(name))));
  },
};

/** A process that keeps its locks and connections and does nothing. */
export const frozen = (name: string): Fault => ({
  what: `SIGSTOP ${name}`,
  async begin(target) {
    await target.freeze(name);
    return () => target.thaw(name);
  },
});

/** A second relay of the service takes over while the first one sleeps on what it has locked. */
export const frozenBesideAnother = (relay: string): Fault => ({
  what: `SIGSTOP ${relay}, another one beside it`,
  async begin(target) {
    const other = await target.double(relay);
    await target.freeze(relay);
    return async () => {
      await target.thaw(relay);
      await target.stop(other);
    };
  },
});

/** What orchestrators grant before they use force is longer. */
const STOPPED_WITHIN_MS = 10_000;

/** Each service and relay is asked to end, and started again, one after the other: a new version being rolled out. */
export const rollingRestart: Fault = {
  what: 'SIGTERM and start, one after the other',
  async begin(target, note) {
    const rolled = roll(target, note);
    rolled.catch(() => undefined); // awaited in the end
    return () => rolled;
  },
};

async function roll(target: Target, note: Note): Promise<void> {
  for (const name of target.services.flatMap((service) => [service, `${service}-relay`])) {
    const tookMs = await target.stop(name);
    if (tookMs > STOPPED_WITHIN_MS) note(`${name} took ${(tookMs / 1000).toFixed(1)} s to end`);
    const finished = target.services.includes(name) ? await finishedAndWaiting(target, name) : 0;
    if (finished > 0) note(`${name} ended without answering ${finished} messages that it had finished with`);
    await target.start(name);
  }
}

/**
 * Messages that wait for a service although its inbox says that they are handled. The broker's own count of redeliveries cannot tell
 * finished work from work that had not begun: it was 0 to 5 per rolling restart under load.
 */
async function finishedAndWaiting({ broker, query }: Target, service: string): Promise<number> {
  const queues = (await broker.queues()).map(({ name }) => name).filter((name) => name.startsWith(`${service}.`));
  const heard = queues.filter((name) => !/\.(retry\.\d+|dead)$/.test(name));
  const waiting = (await Promise.all(heard.map((queue) => broker.peek(queue)))).flat();
  const ids = waiting.map(({ id }) => id);
  const handled = 'SELECT FROM messaging.inbox WHERE event_id = ANY($1::uuid[])';
  return (await query(service, handled, [ids])).length;
}
