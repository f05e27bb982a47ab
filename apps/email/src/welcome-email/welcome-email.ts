import type { UserSignedUp } from '@tributary/contracts';
import { html, printable } from '../mail/html.ts';
import { layout } from '../mail/layout.ts';
import type { MailContent } from '../mail/mailer.ts';

export function welcomeEmail(data: Pick<UserSignedUp['data'], 'displayName' | 'workspaceName'>): MailContent {
  const workspace = printable(data.workspaceName);
  return layout({
    subject: `Welcome, ${printable(data.displayName)}`,
    html: html`<p>
      Your account is ready. We are setting up your workspace <strong>${workspace}</strong> and write again when it is
      done.
    </p>`,
    text: [`Your account is ready. We are setting up your workspace "${workspace}" and write again when it is done.`],
  });
}
