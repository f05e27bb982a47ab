import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';

export const UserWithdrawn = defineEvent({
  type: 'user.withdrawn.v1',
  producer: 'signup',
  summary: 'Someone has withdrawn their signup: everybody undoes their part and forgets the person.',
  subject: 'userId',
  data: z.object({ userId: z.uuid() }),
  example: { userId: '5f0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11' },
});
export type UserWithdrawn = EventOf<typeof UserWithdrawn>;
