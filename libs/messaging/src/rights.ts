import { EVENT_LOG, EVENTS_EXCHANGE } from './names.ts';
import type { Topology } from './topology.ts';

/** What the broker user of a running service may do in its vhost: regular expressions, as RabbitMQ takes them. */
export interface BrokerRights {
  configure: string;
  write: string;
  read: string;
  /** Topic permissions, by routing key of the exchange. */
  topics: { exchange: string; write: string; read: string };
}

/**
 * It configures nothing, works with its own queues, states only its own nouns, and binds only facts that it has a handler for.
 * The event log holds what all others said: only a service whose topology says so reads it.
 */
export function rightsOf(topology: Pick<Topology, 'service' | 'hears' | 'states' | 'readsLog'>): BrokerRights {
  const { service, hears, states, readsLog } = topology;
  const own = `${EVENTS_EXCHANGE}|${escape(service)}\\..*`;
  const nouns = [...new Set(states.map((type) => type.split('.')[0] ?? ''))];
  return {
    configure: '^$',
    write: `^(${own})$`,
    read: `^(${own}${readsLog ? `|${escape(EVENT_LOG)}` : ''})$`,
    topics: {
      exchange: EVENTS_EXCHANGE,
      write: nouns.length ? `^(${nouns.map(escape).join('|')})\\.[^.]+\\.v[0-9]+$` : '^$',
      read: hears.length ? `^(${hears.map(escape).join('|')})$` : '^$',
    },
  };
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
