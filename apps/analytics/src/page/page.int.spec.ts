import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailFailed } from '@tributary/contracts';
import { eventually, testChromium } from '@tributary/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { AnalyticsSystem, type Replica } from '../analytics-system.fixture.ts';
import { everybodyJoined, fact, Person, personal } from '../projections/records.fixture.ts';

let system: AnalyticsSystem;
let analytics: Replica;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

const stuck = new Person(200);
const refused = new Person(100);
const left = new Person(120);
const recovered = new Person(60);

beforeAll(async () => {
  [system, browser] = await Promise.all([
    AnalyticsSystem.create(),
    chromium.launch({
      executablePath: testChromium(),
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        ...['--disable-component-update', '--disable-sync'],
      ],
    }),
  ]);
  analytics = await system.start({ TRACE_URL: 'http://traces.example/{traceId}' });
  const failed = fact(MailFailed, 101, { userId: refused.id, kind: 'welcome', smtpStatus: 550 }, refused.signedUp);
  const facts = [
    ...everybodyJoined(),
    ...new Person().onboarded(),
    ...[refused.signedUp, failed, refused.provisioned()],
    ...[stuck.signedUp, stuck.provisioned()],
    ...left.left(),
    ...recovered.recovered(),
  ];
  await system.publish(...facts);
  await system.hasRead(facts.length);
  page = await browser.newPage({ viewport: { width: 1_000, height: 900 } });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
});
afterAll(async () => {
  await browser.close();
  await system[Symbol.asyncDispose]();
});

/** What a person reads. */
async function read(path: string): Promise<string> {
  await page.goto(`${analytics.url}${path}`);
  const html = await page.content();
  for (const value of Object.values(personal)) expect(html).not.toContain(value);
  return page.locator('main').innerText();
}

describe('the page', () => {
  it('shows who is stuck and why, how far people come, and who came last', async () => {
    const text = await read('/');
    const [firstSection] = text.split('How far they come');
    expect(firstSection).toContain(stuck.id);
    expect(firstSection).toMatch(
      /email promised mail\.sent\.v1 or mail\.failed\.v1 within 1 min of user\.signed-up\.v1; nothing heard for 6 min/,
    );
    expect(firstSection).not.toContain(left.id);
    expect(text).toMatch(/Signed up\s+5\s+Welcomed\s+2/);
    expect(await page.locator('tbody tr').count()).toBe(5);
    expect(await page.locator('meta[http-equiv=refresh]').getAttribute('content')).toBe('10');
  });

  it('finds a signup by its id', async () => {
    await read('/');
    await page.getByRole('searchbox', { name: 'Signup' }).fill(` ${left.id} `);
    await page.getByRole('button', { name: 'Find' }).click();
    await eventually(() => page.url() === `${analytics.url}/journey/${left.id}`);
    expect(await page.locator('h1').innerText()).toMatch(/Withdrew at .* UTC; nothing more is expected\.$/);
  });

  it('says why the mail has not come, and who has done what when', async () => {
    const text = await read(`/journey/${stuck.id}`);
    expect(text).toContain('Stuck: 2 promises are late.');
    expect(text).toMatch(/within 1 min of workspace\.provisioned\.v1; nothing heard for/);
    expect(text).toContain('workspace-provisioning stated workspace.provisioned.v1 after 2 s');
    expect(text).toMatch(/stated by signup at .* UTC · published 5 ms later/);
    const link = page.getByRole('link', { name: 'its trace' });
    expect(await link.getAttribute('href')).toBe(`http://traces.example/${stuck.signedUp.id.replaceAll('-', '')}`);
    expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(1);
  });

  it('says that the mail server refused it', async () => {
    const text = await read(`/journey/${refused.id}`);
    expect(text).toMatch(
      /mail\.failed\.v1\s+The mail server refused a mail for good.*\s+.*kind welcome · smtpStatus 550/,
    );
  });

  it('tells the way back after a refused name', async () => {
    const text = await read(`/journey/${recovered.id}`);
    expect(text).toContain('Completed: welcomed, and with a workspace.');
    expect(text).toMatch(/attempt 1 · reason name-reserved/);
    expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(0);
  });

  it.each([`/journey/${randomUUID()}`, '/?signup=<script>alert(1)</script>'])('says so of nobody: %s', async (path) => {
    expect(await read(path)).toContain('No fact about this id has been read.');
  });

  it('asks the browser for nothing that its policy forbids', () => {
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  });
});
