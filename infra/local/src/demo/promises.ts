import { type Event, ServiceJoined } from '@tributary/contracts';

/** What every service said of itself when it started last. */
export function joined(facts: readonly Event[]): Map<string, ServiceJoined['data']> {
  const own = facts.filter(({ type }) => type === ServiceJoined.type).map((fact) => ServiceJoined.parse(fact).data);
  return new Map(own.map((data) => [data.service, data]));
}

/**
 * The promises of these services about a conversation that are not kept yet, in words. While one of them is not kept,
 * further facts may follow; when none is left, nobody owes anything.
 */
export function unkeptPromises(services: Iterable<ServiceJoined['data']>, conversation: readonly Event[]): string[] {
  return [...services].flatMap(({ service, hears }) =>
    hears.flatMap(({ type, promises }) => {
      const heard = promises.length ? conversation.filter((fact) => fact.type === type) : [];
      const isKept = ({ id }: Event) =>
        conversation.some(
          ({ causationid, source, type }) => causationid === id && source === `/${service}` && promises.includes(type),
        );
      return heard
        .filter((fact) => !isKept(fact))
        .map(() => `${promises.join(' or ')} from ${service}, promised for ${type}`);
    }),
  );
}

/** How often the facts of a conversation are heard, on queues and in the log, by all services together. */
export function hearings(services: Iterable<ServiceJoined['data']>, conversation: readonly Event[]): number {
  const readers = [...services];
  const hearersOf = (fact: Event) =>
    readers.filter(({ hears, readsLog }) => readsLog || hears.some(({ type }) => type === fact.type));
  return conversation.reduce((sum, fact) => sum + hearersOf(fact).length, 0);
}
