import type { WorkspaceProvisioningFailed } from '@tributary/contracts';
import { html, printable } from '../mail/html.ts';
import { layout } from '../mail/layout.ts';
import type { MailContent } from '../mail/mailer.ts';

/** More reasons may follow, see the contract: one that is not here is not explained. */
const REASONS = new Map([['name-reserved', 'The name is reserved and cannot be given to anybody.']]);
const ANY_REASON = 'Something about this name did not work.';

/** @param statusPage where to choose another name; the mail has no link without it */
export function workspaceFailedEmail(
  data: Pick<WorkspaceProvisioningFailed['data'], 'workspaceName' | 'reason'>,
  statusPage?: string,
): MailContent {
  const name = printable(data.workspaceName);
  const reason = REASONS.get(data.reason) ?? ANY_REASON;
  const where = statusPage ? html`<a href="${statusPage}">your status page</a>` : 'your status page';
  return layout({
    subject: 'Your workspace needs another name',
    html: html`<p>We could not set up your workspace <strong>${name}</strong>. ${reason}</p>
      <p>Your account is not affected. You can choose another name on ${where}.</p>`,
    text: [
      `We could not set up your workspace "${name}". ${reason}`,
      `Your account is not affected. You can choose another name on your status page${statusPage ? `: ${statusPage}` : '.'}`,
    ],
  });
}
