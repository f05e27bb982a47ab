import type { Type } from '@nestjs/common';
import { createEvent, ServiceJoined } from '@tributary/contracts';
import { subscriptionsOf } from './on.ts';

/**
 * The fact that this service runs: what the `@On` methods of these controllers hear, and what they promise in return. It is a new fact at
 * every call.
 * @throws InvalidEvent when it cannot be said, such as with more than 200 handlers
 */
export function announcementOf(source: {
  service: string;
  handlers: readonly Type[];
  readsLog?: boolean;
}): ServiceJoined {
  const { service, handlers, readsLog = false } = source;
  const hears = handlers.flatMap(subscriptionsOf).map(({ contract, promises = [], withinMs }) => ({
    type: contract.type,
    promises: promises.map(({ type }) => type),
    ...(withinMs && { withinMs }),
  }));
  hears.sort((a, b) => (a.type < b.type ? -1 : 1));
  return createEvent(ServiceJoined, { service, readsLog, hears });
}
