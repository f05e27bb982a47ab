import { z } from 'zod';
import { ANY_SERVICE, defineEvent, type EventOf } from '../define-event.ts';

const wireName = z
  .string()
  .regex(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*\.v[1-9][0-9]*$/u)
  .max(100);

export const ServiceJoined = defineEvent({
  type: 'service.joined.v1',
  producer: ANY_SERVICE,
  summary: 'A service has started: what it hears, and what it promises to state in return, how soon.',
  subject: 'service',
  data: z.object({
    service: z
      .string()
      .regex(/^[a-z]+(-[a-z]+)*$/u)
      .max(50),
    /** Whether it reads the whole event log beside what it hears. */
    readsLog: z.boolean(),
    hears: z
      .array(
        z.object({
          type: wireName,
          /** One of these is stated with the heard fact's id as `causationid`. Empty: nothing is promised. */
          promises: z.array(wireName).max(50),
          /** Milliseconds from hearing to stating. Absent without a promise. */
          withinMs: z.int().min(1).max(86_400_000).optional(),
        }),
      )
      .max(200),
  }),
  example: {
    service: 'email',
    readsLog: false,
    hears: [{ type: 'user.signed-up.v1', promises: ['mail.sent.v1', 'mail.failed.v1'], withinMs: 60_000 }],
  },
});
export type ServiceJoined = EventOf<typeof ServiceJoined>;
