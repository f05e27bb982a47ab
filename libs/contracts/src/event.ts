import { z } from 'zod';

/**
 * A fact on the wire: a CloudEvents 1.0 envelope in structured JSON mode.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export interface Event<Type extends string = string, Data = unknown> {
  specversion: '1.0';
  /** UUID. Two deliveries with the same id are the same fact. */
  id: string;
  /** The service that stated the fact, as a URI reference: `/signup`. */
  source: string;
  /** Wire name and routing key: `user.signed-up.v1`. */
  type: Type;
  /** When the fact was stated, RFC 3339 with milliseconds, UTC. */
  time: string;
  /** The id of the person or thing the fact is about. */
  subject: string;
  datacontenttype: 'application/json';
  /** The id of the first fact of the conversation; every consequence inherits it. */
  correlationid: string;
  /** The id of the fact this one is a reaction to; absent on the first. */
  causationid?: string;
  data: Data;
}

export const CLOUDEVENTS_CONTENT_TYPE = 'application/cloudevents+json';

const attributes = {
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string().min(1),
  time: z.iso.datetime({ offset: true }),
  subject: z.string().min(1),
  datacontenttype: z.literal('application/json'),
  correlationid: z.string().min(1),
  causationid: z.string().min(1).optional(),
};

/** What every fact of any type has; enough to route it, trace it and recognise a repeat. */
export const envelope = z.object({ ...attributes, type: z.string().min(1) });

export function envelopeOf<Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.object({ ...attributes, type: z.literal(type), data });
}
