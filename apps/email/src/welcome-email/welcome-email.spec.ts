import { describe, expect, it } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { welcomeEmail } from './welcome-email.ts';

const hostile = '<script>alert("x")</script> & \'co\'';

describe('the welcome mail', () => {
  it('greets the person and names the workspace, as HTML and as text', () => {
    const mail = welcomeEmail(UserSignedUp.example);
    expect(mail.subject).toBe('Welcome, Ada Lovelace');
    for (const body of [mail.html, mail.text]) expect(body).toMatch(/Ada Lovelace[^]*Analytical Engines/);
  });

  it('escapes whatever people call themselves and their workspaces', () => {
    const { html } = welcomeEmail({ displayName: hostile, workspaceName: hostile });
    expect(html).not.toContain('<script');
    expect(html.split('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;co&#39;')).toHaveLength(4);
  });

  it('leaves the text version as it was typed', () => {
    expect(welcomeEmail({ displayName: hostile, workspaceName: 'w' }).text).toContain(hostile);
  });

  it.each([
    ['CRLF', 'Ada\r\nBcc: victim@example.com'],
    ['a bare line feed', 'Ada\nBcc: victim@example.com'],
    ['a bare carriage return', 'Ada\rBcc: victim@example.com'],
    ['Unicode line separators', 'Ada\u2028Bcc:\u2029victim@example.com'],
    ['NUL and escape', 'Ada\u0000\u001b[31m'],
    ['a reversed direction', 'Ada\u202emoc.elpmaxe'],
  ])('keeps %s out of the subject and the bodies', (_, displayName) => {
    const { subject, html, text } = welcomeEmail({ displayName, workspaceName: displayName });
    const invisible = /[\p{Cc}\u2028\u2029\u202a-\u202e]/u;
    expect(subject).not.toMatch(invisible);
    for (const body of [html, text]) expect(body.replaceAll('\n', '')).not.toMatch(invisible);
    expect(text).not.toMatch(/^Bcc:/m);
  });

  it.each(['Łukasz Żółć', '山田太郎', 'مريم', '👩‍👩‍👧‍👦 Family', 'e\u0301'])('keeps %s as it is', (displayName) => {
    const { subject, html, text } = welcomeEmail({ displayName, workspaceName: 'w' });
    for (const part of [subject, html, text]) expect(part).toContain(displayName);
  });

  it('replaces half a character instead of sending broken Unicode', () => {
    const { subject } = welcomeEmail({ displayName: 'Ada \ud83d', workspaceName: 'w' });
    expect(subject).toBe('Welcome, Ada \ufffd');
  });

  it('takes the longest names the contract lets pass, and longer ones', () => {
    const name = 'n'.repeat(10_000);
    const { html, text } = welcomeEmail({ displayName: name, workspaceName: name });
    for (const body of [html, text]) expect(body).toContain(name);
  });
});
