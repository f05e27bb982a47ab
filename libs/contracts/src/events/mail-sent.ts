import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';
import { mailKind } from './mail-kind.ts';

export const MailSent = defineEvent({
  type: 'mail.sent.v1',
  producer: 'email',
  summary: 'The mail server accepted a mail for the person.',
  subject: 'userId',
  data: z.object({
    mailId: z.uuid(),
    userId: z.uuid(),
    kind: mailKind,
    messageId: z.string().min(1).max(255),
  }),
  example: {
    mailId: '0d5fbb5b-4b92-4f0e-8f1f-5f3f6f0d5a01',
    userId: '5f0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11',
    kind: 'welcome',
    messageId: '<welcome.5f0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11@tributary.example>',
  },
});
export type MailSent = EventOf<typeof MailSent>;
