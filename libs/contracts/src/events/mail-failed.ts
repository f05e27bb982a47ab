import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';
import { mailKind } from './mail-kind.ts';

export const MailFailed = defineEvent({
  type: 'mail.failed.v1',
  producer: 'email',
  summary: 'The mail server refused a mail for good; no further attempt will be made.',
  subject: 'userId',
  data: z.object({
    mailId: z.uuid(),
    userId: z.uuid(),
    kind: mailKind,
    /** The server's reply code, 500–599 (RFC 5321 section 4.2.1); 553 also where it does not offer to take such an address (RFC 6531). */
    smtpStatus: z.int().min(500).max(599),
  }),
  example: {
    mailId: '0d5fbb5b-4b92-4f0e-8f1f-5f3f6f0d5a01',
    userId: '5f0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11',
    kind: 'welcome',
    smtpStatus: 550,
  },
});
export type MailFailed = EventOf<typeof MailFailed>;
