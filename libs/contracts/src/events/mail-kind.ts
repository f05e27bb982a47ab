import { z } from 'zod';

/** The mails that people expect. Shared by `mail.sent.v1` and `mail.failed.v1`, and published with them. */
export const mailKind = z.enum(['welcome', 'workspace-ready', 'workspace-failed']);
export type MailKind = z.output<typeof mailKind>;
