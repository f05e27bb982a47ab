import type { MailKind } from '@tributary/contracts';

/** What is written: one line of subject, the same message as HTML and as plain text. */
export interface MailContent {
  subject: string;
  html: string;
  text: string;
}

/** One mail to one person. Adding a kind takes one pure template that returns its content and one handler that sends it. */
export interface Letter {
  userId: string;
  kind: MailKind;
  to: { name: string; address: string };
  content: MailContent;
}
