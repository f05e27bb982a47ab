import { eventually, testChromium } from '@tributary/testing';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** Chromium with one tab that has the signup page open. */
export class Tab implements AsyncDisposable {
  static async open(url: string, options?: BrowserContextOptions, args: string[] = []): Promise<Tab> {
    const browser = await chromium.launch({
      executablePath: testChromium(),
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        ...['--disable-component-update', '--disable-sync'],
        ...args,
      ],
    });
    const tab = new Tab(browser, await (await browser.newContext(options)).newPage());
    await tab.page.goto(url);
    return tab;
  }

  /** What the page's Content-Security-Policy made the browser refuse, and what its script did not catch. */
  readonly complaints: string[] = [];
  readonly page: Page;
  readonly #browser: Browser;

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted/.test(message.text())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  async fill({ displayName = 'Ada Lovelace', email = newAddress(), workspaceName = 'Analytical Engines' } = {}) {
    await this.page.getByLabel('Your name').fill(displayName);
    await this.page.getByLabel('Email').fill(email);
    await this.page.getByLabel('Name your workspace').fill(workspaceName);
  }

  submit = () => this.page.getByRole('button', { name: 'Sign up' }).click();
  heading = () => this.page.locator('h1:visible').textContent();
  stateOf = (step: string) => this.page.locator(`[data-step="${step}"]`).getAttribute('data-state');
  errorOf = (field: string) => this.page.locator(`#${field}-error`).textContent();
  /** The steps that the page says take long. */
  lateSteps = () =>
    this.page.evaluate<string[]>(`
      [...document.querySelectorAll('.late')].filter((words) => words.checkVisibility())
        .map((words) => words.closest('[data-step]').dataset.step)`);
  shownSteps = () =>
    this.page.evaluate<string[]>(`
      [...document.querySelectorAll('[data-step]')].filter((item) => item.checkVisibility())
        .map((item) => item.dataset.step)`);
  stepShown = (step: string) => this.page.locator(`[data-step="${step}"]`).isVisible();

  async takeOtherName(name: string) {
    await this.page.getByLabel('Another name for your workspace').fill(name);
    await this.page.getByRole('button', { name: 'Take this name' }).click();
  }

  async withdraw() {
    await this.page.getByRole('link', { name: 'Withdraw my signup' }).click();
    await this.page.getByRole('button', { name: 'Yes, withdraw' }).click();
  }

  /** The id is in the address bar once the signup is accepted. */
  acceptedId = () => eventually(() => /\/welcome\/([0-9a-f-]{36})$/.exec(this.page.url())?.[1] ?? false);

  /** @throws Error when the page made the browser complain: every test proves that nothing needs what the policy forbids. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    if (this.complaints.length > 0) throw new Error(this.complaints.join('\n'));
  }
}

export const newAddress = () => `${crypto.randomUUID()}@example.com`;
