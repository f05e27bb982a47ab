import { describe, expect, it } from '@jest/globals';
import { reportPage } from './page.ts';
import { exampleRecord } from './record.fixture.ts';

const hostile = `"><script>alert('x')</script>&`;

describe('the report', () => {
  it('begins with the verdict, what was accepted, and how to do it again', () => {
    const page = reportPage(exampleRecord());
    expect(page).toContain('<h1>Nothing was lost, and nothing happened twice</h1>');
    expect(page).toContain('<title>lost 0 · doubled 0 · unexpected 0 · Tributary chaos, seed 7</title>');
    for (const fact of ['3,000', 'npm run chaos -- --seed 7', '3.10.8', '3 × 503']) expect(page).toContain(fact);
  });

  it('says so when something was lost, and shows what the ledger says', () => {
    const record = exampleRecord();
    Object.assign(record.total, { lost: 1, lines: ['lost       mailbox: Welcome, Person 7-0001'] });
    const page = reportPage(record);
    expect(page).toContain('<h1>Not as it should be: lost 1 · doubled 0 · unexpected 0</h1>');
    expect(page).toContain('lost       mailbox: Welcome, Person 7-0001');
    expect(page).not.toContain('Nothing was lost');
  });

  it('claims nothing for a run in which nobody signed up', () => {
    const record = exampleRecord();
    record.total.accepted = 0;
    expect(reportPage(record)).toContain(
      '<header class="verdict bad">\n<h1>Nothing was accepted: this proves nothing</h1>',
    );
  });

  it('lists every scenario with what was done in it', () => {
    const page = reportPage(exampleRecord());
    expect(page).toMatch(
      /<tr><td[^>]*>kill-email<\/td>[^]*?<div>SIGKILL email, at 20\.0 s, for 10\.0 s<\/div>[^]*?1,100/,
    );
    expect(page).toContain('extra copies of mails 1');
  });

  it('has the peaks of the picture in a table, and that nothing waits in the end', () => {
    expect(reportPage(exampleRecord())).toMatch(
      /email\.user\.signed-up\.v1<\/td>\s*<td class="number">500<\/td>\s*<td[^>]*>0:29<\/td>\s*<td[^>]*>0</,
    );
  });

  it('escapes whatever it is told', () => {
    const record = exampleRecord();
    const [scenario] = record.scenarios;
    Object.assign(record, { command: hostile, beganAt: hostile, target: hostile, versions: { [hostile]: hostile } });
    Object.assign(scenario ?? {}, { name: hostile, expected: hostile });
    record.marks.push({ fromMs: 0, toMs: 2000, what: hostile });
    record.samples.push({
      ...record.samples[0]!,
      atMs: 61_000,
      backlog: { [hostile]: 3 },
      unpublished: { [hostile]: 3 },
    });
    Object.assign(record.total, { lines: [hostile], repeats: { [hostile]: 1 } });
    const page = reportPage(record);
    expect(page).not.toContain('<script');
    expect(page.replaceAll("content=\"default-src 'none'; style-src 'unsafe-inline'\"", '')).not.toContain(
      "alert('x')",
    );
  });

  it('asks nobody for anything: no script, no address, no resource', () => {
    expect(reportPage(exampleRecord())).not.toMatch(/<script|<link|<img|<iframe|https?:|url\(|@import|\bsrc=/i);
  });
});
