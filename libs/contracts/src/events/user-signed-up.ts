import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';
import { pii } from '../pii.ts';

export const UserSignedUp = defineEvent({
  type: 'user.signed-up.v1',
  producer: 'signup',
  summary: 'Someone signed up: their account exists and their address is taken.',
  subject: 'userId',
  data: z.object({
    userId: z.uuid(),
    email: pii(
      z
        .string()
        .regex(/^[^\s@]+@[^\s@]+$/u)
        .max(254),
    ),
    displayName: pii(z.string().min(1).max(100)),
    workspaceName: pii(z.string().min(1).max(100)),
  }),
  example: {
    userId: '5f0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11',
    email: 'ada@example.com',
    displayName: 'Ada Lovelace',
    workspaceName: 'Analytical Engines',
  },
});
export type UserSignedUp = EventOf<typeof UserSignedUp>;
