import { ANY_SERVICE, catalog, type ServiceJoined } from '@tributary/contracts';
import { code, either, table } from './markdown.ts';

/** What a service says of itself, and what it may state. */
export type Participant = ServiceJoined['data'] & { states: readonly string[] };

/** Who hears a fact: on a queue of its own, or in the log. */
export function hearersOf(type: string, participants: readonly Participant[]): string[] {
  const hearers = participants.filter(({ hears, readsLog }) => readsLog || hears.some((heard) => heard.type === type));
  return hearers.map(({ service }) => service);
}

/** One arrow from service to service, with the facts that go that way; what goes into the log goes to its readers. */
export function choreographyMap(participants: readonly Participant[]): string {
  const arrows = participants.flatMap((from) =>
    participants.map((to) => {
      const facts = catalog.filter(
        ({ type, producer }) => producer === from.service && to.hears.some((heard) => heard.type === type),
      );
      const label = facts.map(({ type }) => type).join('<br/>');
      return label && `  ${node(from)} -- "${label}" --> ${node(to)}`;
    }),
  );
  const talking = participants.filter(({ readsLog }) => !readsLog).map(node);
  const readers = participants.filter(({ readsLog }) => readsLog).map(node);
  return [
    '```mermaid',
    'flowchart LR',
    ...participants.map((it) => `  ${node(it)}["${it.service}"]`),
    ...arrows.filter(Boolean),
    `  log[("events.log")]`,
    `  ${talking.join(' & ')} -. "every fact" .-> log`,
    `  log ==> ${readers.join(' & ')}`,
    '```',
  ].join('\n');
}

/** Every service's side of it: what it hears and what it states in return, how soon. */
export function reactionsTable(participants: readonly Participant[]): string {
  const rows = participants.flatMap(({ service, hears, readsLog }) => [
    ...[...hears]
      .sort(byStory)
      .map(({ type, promises, withinMs }) => [
        code(service),
        code(type),
        promises.length ? either(promises.map(code)) : '–',
        withinMs ? duration(withinMs) : '',
      ]),
    ...(readsLog ? [[code(service), 'every fact, from the event log', '–', '']] : []),
  ]);
  return table([['service', 'hears', 'promises to state', 'within'], ...rows]);
}

/** Every fact, who states it and who hears it. */
export function factsTable(participants: readonly Participant[]): string {
  const rows = catalog.map(({ type, producer }) => [
    code(type),
    statedBy(producer),
    hearersOf(type, participants).join(', '),
  ]);
  return table([['fact (wire name = routing key)', 'stated by', 'heard by'], ...rows]);
}

export const statedBy = (producer: string) => (producer === ANY_SERVICE ? 'every service, when it starts' : producer);

const story = catalog.map(({ type }) => type);
const byStory = (a: { type: string }, b: { type: string }) => story.indexOf(a.type) - story.indexOf(b.type);

const node = ({ service }: Participant) => service.replaceAll('-', '_');

export function duration(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}
