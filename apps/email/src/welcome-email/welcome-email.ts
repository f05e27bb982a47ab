import type { UserSignedUp } from '@tributary/contracts';
import { html, printable } from '../mail/html.ts';
import type { MailContent } from '../mail/mailer.ts';

export function welcomeEmail(data: Pick<UserSignedUp['data'], 'displayName' | 'workspaceName'>): MailContent {
  const name = printable(data.displayName);
  const workspace = printable(data.workspaceName);
  return {
    subject: `Welcome, ${name}`,
    html: html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <title>Welcome, ${name}</title>
        </head>
        <body style="font-family: sans-serif; overflow-wrap: anywhere">
          <h1>Welcome, ${name}</h1>
          <p>
            Your account is ready. We are setting up your workspace <strong>${workspace}</strong> and write again when
            it is done.
          </p>
          <p>If you did not sign up, ignore this mail.</p>
        </body>
      </html>`,
    text: [
      `Welcome, ${name}`,
      `Your account is ready. We are setting up your workspace "${workspace}" and write again when it is done.`,
      'If you did not sign up, ignore this mail.',
      '',
    ].join('\n\n'),
  };
}
