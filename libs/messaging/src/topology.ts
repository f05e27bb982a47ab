import { createHash } from 'node:crypto';
import type { Type } from '@nestjs/common';
import { ANY_SERVICE, catalog } from '@tributary/contracts';
import { DEFAULT_RETRY_DELAYS_MS } from './delivery-policy.ts';
import { deadLetters, EVENT_LOG, EVENTS_EXCHANGE, retryTier, returnExchange, subscriptionQueue } from './names.ts';
import { subscriptionsOf } from './on.ts';
import { deadQueue, eventLog, retryQueue, subscriptionQueueArguments } from './queue-arguments.ts';

export interface Exchange {
  name: string;
  type: 'topic' | 'fanout' | 'direct';
  arguments: Record<string, string>;
}
export interface Queue {
  name: string;
  arguments: Record<string, string | number>;
}
export interface Binding {
  exchange: string;
  queue: string;
  routingKey: string;
}

/** Everything a service needs on the broker. Plain data: it can be printed, stored and compared. */
export interface Topology {
  service: string;
  /** Types of the facts it hears, sorted. */
  hears: string[];
  /** Types of the facts it may state, sorted. */
  states: string[];
  /** Whether it reads `events.log` itself, and so needs the right to. */
  readsLog: boolean;
  retryDelaysMs: number[];
  exchanges: Exchange[];
  queues: Queue[];
  bindings: Binding[];
  /** SHA-256 of exchanges, queues and bindings: equal hashes need equal brokers. Rights are not in it. */
  hash: string;
}

/**
 * What the `@On` methods of these controllers need on the broker. Pure: the same handlers give the same topology.
 * @throws Error when two handlers hear one fact: Nest would chain them, and a retry of one would run both again.
 */
export function topologyOf(source: {
  service: string;
  handlers: readonly Type[];
  retryDelaysMs?: readonly number[];
  readsLog?: boolean;
}): Topology {
  const { service, handlers, readsLog = false } = source;
  const retryDelaysMs = [...(source.retryDelaysMs ?? DEFAULT_RETRY_DELAYS_MS)];
  const hears = heardBy(handlers);
  const tiers = [...new Set(retryDelaysMs)].map((delayMs) => ({ name: retryTier(service, delayMs), delayMs }));
  const dead = deadLetters(service);
  const back = returnExchange(service);
  const subscriptions = hears.map((event) => ({ event, name: subscriptionQueue(service, event) }));

  const exchanges: Exchange[] = [
    { name: EVENTS_EXCHANGE, type: 'topic', arguments: {} },
    { name: dead, type: 'fanout', arguments: {} },
    { name: back, type: 'direct', arguments: { 'alternate-exchange': dead } },
    ...tiers.map(({ name }): Exchange => ({ name, type: 'fanout', arguments: {} })),
  ];
  const queues: Queue[] = [
    { name: EVENT_LOG, arguments: eventLog() },
    { name: dead, arguments: deadQueue() },
    ...tiers.map(({ name, delayMs }) => ({ name, arguments: retryQueue(delayMs, back) })),
    ...subscriptions.map(({ name }) => ({ name, arguments: subscriptionQueueArguments(dead) })),
  ];
  const bindings: Binding[] = [
    { exchange: EVENTS_EXCHANGE, queue: EVENT_LOG, routingKey: '#' },
    { exchange: dead, queue: dead, routingKey: '' },
    ...tiers.map(({ name }) => ({ exchange: name, queue: name, routingKey: '' })),
    // The way back before the way in: the first message may already fail.
    ...subscriptions.map(({ name }) => ({ exchange: back, queue: name, routingKey: name })),
    ...subscriptions.map(({ name, event }) => ({ exchange: EVENTS_EXCHANGE, queue: name, routingKey: event })),
  ];
  const states = statedBy(service, handlers);
  const hash = createHash('sha256').update(JSON.stringify({ exchanges, queues, bindings })).digest('hex');
  return { service, hears, states, readsLog, retryDelaysMs, exchanges, queues, bindings, hash };
}

/** What the shared catalog says, and what its handlers promise: a service may have facts that nobody else knows yet. */
function statedBy(service: string, handlers: readonly Type[]): string[] {
  const promised = handlers.flatMap(subscriptionsOf).flatMap(({ promises = [] }) => promises);
  const stated = [...catalog, ...promised].filter(({ producer }) => [service, ANY_SERVICE].includes(producer));
  return [...new Set(stated.map(({ type }) => type))].sort();
}

function heardBy(handlers: readonly Type[]): string[] {
  const heard = new Map<string, string>();
  for (const { contract, handler } of handlers.flatMap(subscriptionsOf)) {
    const other = heard.get(contract.type);
    if (other) throw new Error(`${other} and ${handler} both hear ${contract.type}: one fact, one handler per service`);
    heard.set(contract.type, handler);
  }
  return [...heard.keys()].sort();
}
