import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MailFailed, MailSent, UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, testChromium } from '@tributary/testing';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { signupSystem, type Replica, type SignupSystem } from '../signup-app.fixture.ts';

const LATE = 'This is taking longer than usual. You can close this page; nothing is lost.';

let system: SignupSystem;
let signup: Replica;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the browser refused or failed to do: refused by the Content-Security-Policy above all. */
let complaints: string[];

beforeAll(async () => {
  system = await signupSystem();
  signup = await system.start();
  browser = await chromium.launch({
    executablePath: testChromium(),
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
    ],
  });
});
afterAll(async () => {
  await browser.close();
  await system[Symbol.asyncDispose]();
});

async function open(url = signup.url, options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  await context?.close();
  context = await browser.newContext(options);
  page = await context.newPage();
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
}

beforeEach(() => void (complaints = []));
afterEach(() => expect(complaints).toEqual([]));

const newAddress = () => `${crypto.randomUUID()}@example.com`;
async function fill(fields: { displayName?: string; email?: string; workspaceName?: string } = {}): Promise<void> {
  const { displayName = 'Ada Lovelace', email = newAddress(), workspaceName = 'Analytical Engines' } = fields;
  await page.getByLabel('Your name').fill(displayName);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Name your workspace').fill(workspaceName);
}
const submit = () => page.getByRole('button', { name: 'Sign up' }).click();
const heading = () => page.locator('h1:visible').textContent();
const stateOf = (step: string) => page.locator(`[data-step="${step}"]`).getAttribute('data-state');
const errorOf = (field: string) => page.locator(`#${field}-error`).textContent();
const lateShown = () => page.getByText(LATE).isVisible();
/** The id is in the address bar once the signup is accepted. */
const acceptedId = () => eventually(() => /\/welcome\/([0-9a-f-]{36})$/.exec(page.url())?.[1] ?? false);

describe('the page', () => {
  it('shows each step turning from pending to done as its fact arrives', async () => {
    await open();
    await fill();
    await submit();
    const id = await acceptedId();
    expect(await heading()).toBe('You’re in, Ada Lovelace.');
    await eventually(async () => expect(await stateOf('account')).toBe('done'));
    expect(await stateOf('welcome-mail')).toBe('pending');
    await system.publish(exampleEvent(MailSent, { userId: id }));
    await eventually(async () => expect(await stateOf('welcome-mail')).toBe('done'));
    expect(await page.getByText('Your welcome mail is on its way').isVisible()).toBe(true);
  });

  it('says that the mail was refused, and that the account works', async () => {
    await open();
    await fill();
    await submit();
    await system.publish(exampleEvent(MailFailed, { userId: await acceptedId() }));
    await eventually(async () => expect(await stateOf('welcome-mail')).toBe('failed'));
    expect(await page.getByText('Your account works all the same').isVisible()).toBe(true);
  });

  it('says "you’re in" at once, before the answer', async () => {
    await open();
    const { promise: answer, resolve: letThrough } = Promise.withResolvers<void>();
    await page.route('**/signups', async (route) => {
      await answer;
      await route.continue();
    });
    await fill();
    await submit();
    await eventually(async () => expect(await heading()).toBe('You’re in, Ada Lovelace.'));
    expect(await stateOf('account')).toBe('pending');
    letThrough();
    await eventually(async () => expect(await stateOf('account')).toBe('done'));
  });

  it('says plainly when it takes longer than usual, and takes it back when the fact arrives', async () => {
    const hasty = await system.start({ LATE_AFTER_MS: '1' });
    await open(hasty.url);
    await fill();
    await submit();
    await eventually(lateShown);
    const id = await acceptedId();
    await system.publish(exampleEvent(MailSent, { userId: id }));
    await eventually(async () => !(await lateShown()));
    expect(await stateOf('welcome-mail')).toBe('done');
  });

  it('goes on where it was after a reload', async () => {
    await open();
    await fill();
    await submit();
    const id = await acceptedId();
    await page.reload();
    expect(await stateOf('account')).toBe('done');
    expect(await lateShown()).toBe(false);
    await system.publish(exampleEvent(MailSent, { userId: id }));
    await eventually(async () => expect(await stateOf('welcome-mail')).toBe('done'));
  });

  it('asks instead where event streams do not get through', async () => {
    await open();
    await page.route('**/events', (route) => route.fulfill({ status: 403 }));
    await fill();
    await submit();
    await system.publish(exampleEvent(MailSent, { userId: await acceptedId() }));
    await eventually(async () => expect(await stateOf('welcome-mail')).toBe('done'));
  });

  it('shows what is wrong beside the field, and goes back for an address that is taken', async () => {
    const email = newAddress();
    await signup.post({ email, displayName: 'Ada', workspaceName: 'Engines' });
    await open();
    await submit();
    expect(await errorOf('displayName')).toBe('This is needed.');
    await fill({ email: 'ada@example.com, bob@example.com' });
    await submit();
    await eventually(async () => expect(await errorOf('email')).toBe('Enter one address, such as ada@example.com.'));
    expect(await errorOf('displayName')).toBe('');
    await fill({ email });
    await submit();
    await eventually(async () => expect(await errorOf('email')).toBe('This address has already signed up.'));
    expect(await page.evaluate('document.activeElement.id')).toBe('email');
    expect(await page.getByLabel('Your name').inputValue()).toBe('Ada Lovelace');
    await fill();
    await submit();
    await acceptedId();
  });

  it('makes one signup of one whose answer was lost', async () => {
    await open();
    let lost = 0;
    await page.route('**/signups', async (route) => {
      if (lost++ > 0) return route.continue();
      await route.fetch();
      await route.abort('connectionreset');
    });
    const email = newAddress();
    await fill({ email });
    await submit();
    const id = await acceptedId();
    expect(lost).toBe(2);
    expect(await system.prisma.user.findMany({ where: { email } })).toEqual([expect.objectContaining({ id })]);
  });

  it('gives the form back, filled in, when the service stays away', async () => {
    await open();
    await page.route('**/signups', (route) => route.abort());
    await fill();
    await submit();
    await eventually(() => page.getByRole('alert').isVisible(), { timeoutMs: 20_000 });
    expect(await page.getByRole('alert').textContent()).toMatch(/^We cannot be reached right now/);
    expect(await page.getByLabel('Your name').inputValue()).toBe('Ada Lovelace');
  });

  it('shows markup in a name as text', async () => {
    await open();
    await fill({ displayName: '<img src=x onerror=alert(1)>' });
    await submit();
    await acceptedId();
    expect(await heading()).toBe('You’re in, <img src=x onerror=alert(1)>.');
    expect(await page.locator('h1 img').count()).toBe(0);
  });

  it('can be used with the keyboard alone', async () => {
    await open();
    await page.getByLabel('Your name').focus();
    await page.keyboard.type('Ada');
    await page.keyboard.press('Tab');
    await page.keyboard.type(newAddress());
    await page.keyboard.press('Tab');
    await page.keyboard.type('Engines');
    await page.keyboard.press('Enter');
    await acceptedId();
    expect(await page.evaluate('document.activeElement.id')).toBe('welcome');
  });
});

describe('without JavaScript', () => {
  const plain = { javaScriptEnabled: false };

  it('signs up with a plain form and shows the status, which reloads itself', async () => {
    await open(signup.url, plain);
    const email = newAddress();
    await fill({ email });
    await submit();
    const id = await acceptedId();
    expect(await heading()).toBe('You’re in.');
    expect(await stateOf('welcome-mail')).toBe('pending');
    await system.publish(exampleEvent(MailSent, { userId: id }));
    await eventually(async () => expect(await stateOf('welcome-mail')).toBe('done'));
    const rows = await system.prisma.$queryRaw<{ body: string }[]>`SELECT body::text FROM messaging.outbox`;
    const stated = rows.map(({ body }) => UserSignedUp.parse(JSON.parse(body)));
    expect(stated.filter(({ data }) => data.email === email)).toHaveLength(1);
  });

  it('shows errors beside the field with what was typed, escaped', async () => {
    await open(signup.url, plain);
    await fill({ displayName: '"><script>alert(1)</script>', email: 'nobody' });
    await submit();
    await eventually(async () => expect(await errorOf('email')).toBe('Enter one address, such as ada@example.com.'));
    expect(await page.getByLabel('Your name').inputValue()).toBe('"><script>alert(1)</script>');
    expect(await page.locator('form script').count()).toBe(0);
  });

  it('says that an address is taken beside the field', async () => {
    const email = newAddress();
    await signup.post({ email, displayName: 'Ada', workspaceName: 'Engines' });
    await open(signup.url, plain);
    await fill({ email });
    await submit();
    await eventually(async () => expect(await errorOf('email')).toBe('This address has already signed up.'));
  });

  it('makes one signup of a form that is sent twice', async () => {
    const form = await (await fetch(signup.url)).text();
    const idempotencyKey = /name="idempotencyKey" value="([^"]+)"/.exec(form)?.[1] ?? '';
    const body = { idempotencyKey, email: newAddress(), displayName: 'Ada', workspaceName: 'Engines' };
    const send = () => fetch(signup.url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(body) });
    const [first, second] = await Promise.all([send(), send()]);
    expect([first.status, second.status]).toEqual([303, 303]);
    expect(first.headers.get('location')).toMatch(/^\/welcome\//);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('says plainly when it takes longer than usual', async () => {
    const hasty = await system.start({ LATE_AFTER_MS: '1' });
    await open(hasty.url, plain);
    await fill();
    await submit();
    await acceptedId();
    await eventually(lateShown);
  });
});
