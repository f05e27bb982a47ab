import type { WorkspaceProvisioned } from '@tributary/contracts';
import { html, printable } from '../mail/html.ts';
import { layout } from '../mail/layout.ts';
import type { MailContent } from '../mail/mailer.ts';

export function workspaceReadyEmail(data: Pick<WorkspaceProvisioned['data'], 'name' | 'slug'>): MailContent {
  const name = printable(data.name);
  const slug = printable(data.slug);
  return layout({
    subject: `Your workspace ${name} is ready`,
    html: html`<p>Your workspace <strong>${name}</strong> is ready. Its address is <strong>${slug}</strong>.</p>
      <p>You own it, and a first project is waiting for you there.</p>`,
    text: [
      `Your workspace "${name}" is ready. Its address is "${slug}".`,
      'You own it, and a first project is waiting for you there.',
    ],
  });
}
