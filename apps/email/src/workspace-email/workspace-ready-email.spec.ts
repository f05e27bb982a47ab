import { describe, expect, it } from '@jest/globals';
import { WorkspaceProvisioned } from '@tributary/contracts';
import { workspaceReadyEmail } from './workspace-ready-email.ts';

describe('the mail about a workspace that is ready', () => {
  it('says its name and its address, as HTML and as text', () => {
    const mail = workspaceReadyEmail(WorkspaceProvisioned.example);
    expect(mail.subject).toBe('Your workspace Analytical Engines is ready');
    for (const body of [mail.html, mail.text]) expect(body).toMatch(/Analytical Engines[^]*analytical-engines/);
  });

  it('escapes the name wherever it stands', () => {
    const { html, text } = workspaceReadyEmail({ name: '<b>"x" & \'y\'</b>\r\nBcc: a@b', slug: '<slug>' });
    expect(html).not.toMatch(/<b>|<slug>/);
    expect(html.split('&lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt; Bcc: a@b')).toHaveLength(4);
    expect(html).toContain('&lt;slug&gt;');
    expect(text).toContain('<b>"x" & \'y\'</b> Bcc: a@b');
    expect(text).not.toMatch(/^Bcc:/m);
  });
});
