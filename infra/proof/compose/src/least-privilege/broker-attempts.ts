import type { ConfirmChannel } from 'amqplib';
import type { Topology } from '../world.ts';
import type { Attempt } from './attempt.ts';

const EVENTS = 'events';
const LOG = 'events.log';
const NOTHING = Buffer.from('{}');

/** What this service's broker user tries: everything that would let it take part in the name or at the cost of another. */
export function brokerAttempts(self: Topology, all: readonly Topology[]): Attempt<ConfirmChannel>[] {
  const [own, foreign] = split(self, all);
  const { service, hears, states } = self;
  const facts = [...new Set(all.flatMap((topology) => topology.states))].sort();
  const nouns = [...new Set(states.map((type) => type.split('.')[0] ?? ''))];
  const dead = `${service}.dead`;

  const each = (what: string, names: readonly string[], run: (channel: ConfirmChannel, name: string) => unknown) =>
    names.map((name) => ({ what, detail: name, run: (channel: ConfirmChannel) => run(channel, name) }));
  const allowed = (attempts: Attempt<ConfirmChannel>[]) => attempts.map((attempt) => ({ ...attempt, may: true }));

  return [
    ...allowed(each('read its own queues', [dead], (channel, queue) => channel.get(queue))),
    ...allowed(
      each('bind its queues to what it hears', hears, (channel, type) =>
        channel.bindQueue(`${service}.${type}`, EVENTS, type),
      ),
    ),
    { what: 'read the event log', detail: LOG, may: self.readsLog, run: readLog },
    ...each("read another's queue", foreign.queues, (channel, queue) => channel.get(queue)),
    ...each("empty another's queue", foreign.queues, (channel, queue) => channel.purgeQueue(queue)),
    ...each("bind another's queue, or the log", [...foreign.queues, LOG], (channel, queue) =>
      channel.bindQueue(queue, EVENTS, hears[0] ?? '#'),
    ),
    ...each("unbind another's queue, or the log", [...foreign.queues, LOG], (channel, queue) =>
      channel.unbindQueue(queue, EVENTS, '#'),
    ),
    ...each("put something on another's way back, backoff tier or dead letters", foreign.exchanges, publish),
    ...each(
      'hear a fact it has no handler for',
      [...facts.filter((type) => !hears.includes(type)), '#', '*.*.*'],
      (channel, type) => channel.bindQueue(dead, EVENTS, type),
    ),
    ...each(
      "state another's fact",
      facts.filter((type) => !states.includes(type)),
      (channel, type) => publish(channel, EVENTS, type),
    ),
    ...each('state a fact whose noun only begins like its own', nouns, (channel, noun) =>
      publish(channel, EVENTS, `${noun}s.happened.v1`),
    ),
    ...each('publish to the default exchange', [...own.queues, ...foreign.queues], (channel, queue) =>
      publish(channel, '', queue),
    ),
    ...each('publish to a built-in exchange', ['amq.topic', 'amq.direct', 'amq.fanout', 'amq.headers'], publish),
    ...each('declare a queue or an exchange', [`${service}.more`, 'events.more'], (channel, name) =>
      channel.assertQueue(name),
    ),
    ...each('declare a queue or an exchange', [`${service}.more`, 'more'], (channel, name) =>
      channel.assertExchange(name, 'topic'),
    ),
    ...each('delete a queue', [LOG, ...own.queues, ...foreign.queues], (channel, queue) => channel.deleteQueue(queue)),
    ...each('delete an exchange', [EVENTS, ...own.exchanges, ...foreign.exchanges], (channel, exchange) =>
      channel.deleteExchange(exchange),
    ),
  ];
}

function split(self: Topology, all: readonly Topology[]) {
  const namesOf = (topologies: readonly Topology[], kind: 'queues' | 'exchanges') =>
    topologies.flatMap((topology) =>
      topology[kind].map(({ name }) => name).filter((name) => name.startsWith(`${topology.service}.`)),
    );
  const others = all.filter(({ service }) => service !== self.service);
  return [[self], others].map((side) => ({
    queues: namesOf(side, 'queues'),
    exchanges: namesOf(side, 'exchanges'),
  })) as [Names, Names];
}

interface Names {
  queues: string[];
  exchanges: string[];
}

const publish = (channel: ConfirmChannel, exchange: string, routingKey = '') =>
  channel.publish(exchange, routingKey, NOTHING);

async function readLog(channel: ConfirmChannel): Promise<void> {
  await channel.prefetch(1);
  await channel.consume(LOG, () => undefined, { arguments: { 'x-stream-offset': 'first' } });
}
