import { describe, expect, it } from '@jest/globals';
import { WorkspaceProvisioningFailed } from '@tributary/contracts';
import { workspaceFailedEmail } from './workspace-failed-email.ts';

const bodiesOf = ({ html, text }: { html: string; text: string }) => [html, text];

describe('the mail about a workspace that could not be made', () => {
  it('says which name and why, and that another can be chosen', () => {
    const mail = workspaceFailedEmail(WorkspaceProvisioningFailed.example);
    expect(mail.subject).toBe('Your workspace needs another name');
    for (const body of bodiesOf(mail)) expect(body).toMatch(/admin[^]*reserved[^]*another name on your status page\./);
  });

  it('links to the status page where it is known', () => {
    const url = 'https://tributary.example/welcome/1';
    const mail = workspaceFailedEmail(WorkspaceProvisioningFailed.example, url);
    expect(mail.html).toContain(`<a href="${url}">your status page</a>`);
    expect(mail.text).toContain(`your status page: ${url}\n`);
    expect(workspaceFailedEmail(WorkspaceProvisioningFailed.example).html).not.toContain('<a');
  });

  it.each(['quota-exceeded', 'constructor'])(
    'does not make a story up for a reason it does not know (%s)',
    (reason) => {
      for (const body of bodiesOf(workspaceFailedEmail({ workspaceName: 'admin', reason }))) {
        expect(body).toContain('Something about this name did not work.');
        expect(body).not.toContain(reason);
      }
    },
  );

  it('escapes the name and the link', () => {
    const workspaceName = '<i>"x" & \'y\'</i>\nBcc: a@b';
    const { html, text } = workspaceFailedEmail({ workspaceName, reason: 'name-reserved' }, 'https://a.example/"><i>');
    expect(html).not.toContain('<i>');
    expect(html).toContain('<strong>&lt;i&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/i&gt; Bcc: a@b</strong>');
    expect(html).toContain('href="https://a.example/&quot;&gt;&lt;i&gt;"');
    expect(text).toContain('<i>"x" & \'y\'</i> Bcc: a@b');
    expect(text).not.toMatch(/^Bcc:/m);
  });
});
