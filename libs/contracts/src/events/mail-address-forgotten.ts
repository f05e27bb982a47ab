import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';

export const MailAddressForgotten = defineEvent({
  type: 'mail-address.forgotten.v1',
  producer: 'email',
  summary: 'The address of someone who withdrew is deleted, and no further mail goes to them.',
  subject: 'userId',
  data: z.object({ userId: z.uuid() }),
  example: { userId: '5f0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11' },
});
export type MailAddressForgotten = EventOf<typeof MailAddressForgotten>;
