import { html, type Html } from './html.ts';
import type { MailContent } from './mailer.ts';

const FOOTER = 'If you did not sign up, ignore this mail.';

/** The frame of every mail. `html` and the paragraphs of `text` say the same. */
export function layout(content: { subject: string; html: Html; text: string[] }): MailContent {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${content.subject}</title>
      </head>
      <body style="font-family: sans-serif; overflow-wrap: anywhere">
        <h1>${content.subject}</h1>
        ${content.html}
        <p>${FOOTER}</p>
      </body>
    </html>`;
  return {
    subject: content.subject,
    html: page.toString(),
    text: [content.subject, ...content.text, FOOTER, ''].join('\n\n'),
  };
}
