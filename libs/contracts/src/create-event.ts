import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { ANY_SERVICE, type EventContract } from './define-event.ts';
import type { Event } from './event.ts';

/**
 * States a fact. With a `cause` it joins the conversation of the fact it reacts to.
 * @throws InvalidEvent when `data` is not what the contract says: a producer never states what a consumer would refuse.
 */
export function createEvent<Type extends string, Data extends z.ZodObject>(
  contract: EventContract<Type, Data>,
  data: z.output<Data>,
  cause?: Pick<Event, 'id' | 'correlationid'>,
): Event<Type, z.output<Data>> {
  const id = randomUUID();
  const subject = String(data[contract.subject]);
  return contract.parse({
    specversion: '1.0',
    id,
    source: `/${contract.producer === ANY_SERVICE ? subject : contract.producer}`,
    type: contract.type,
    time: new Date().toISOString(),
    subject,
    datacontenttype: 'application/json',
    correlationid: cause?.correlationid ?? id,
    ...(cause && { causationid: cause.id }),
    data,
  });
}
