import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testChromium } from '@tributary/testing';
import { chromium, type Browser } from 'playwright-core';
import { reportPage } from './page.ts';
import { exampleRecord } from './record.fixture.ts';

describe('the report in a browser, from a file', () => {
  let folder: string;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chaos-report-'));
    const file = join(folder, 'report.html');
    await writeFile(file, reportPage(exampleRecord()));
    address = pathToFileURL(file).href;
    const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
    browser = await chromium.launch({ executablePath: testChromium(), args });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([1280, 400])('fits a window %d pixels wide, where only picture and tables scroll', async (width) => {
    await using page = await browser.newPage({ viewport: { width, height: 900 } });
    await page.goto(address);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  it('loads nothing besides itself, and the browser has nothing to complain about', async () => {
    await using page = await browser.newPage();
    const heard: string[] = [];
    page.on('request', (request) => heard.push(request.url()));
    page.on('console', (message) => heard.push(message.text()));
    page.on('pageerror', (error) => heard.push(error.message));
    await page.goto(address);
    expect(heard).toEqual([address]);
  });

  it('gives whoever reads with a screen reader the picture in words and every table by name', async () => {
    await using page = await browser.newPage();
    await page.goto(address);
    const picture = page.getByRole('img', { name: 'Signups, backlog and faults over time' });
    expect(await picture.count()).toBe(1);
    await page.getByText('The same moment by moment').press('Enter');
    const tables = ['Scenarios', 'The longest queues', 'Everything that was done to it', 'How it went'];
    for (const name of tables) expect(await page.getByRole('table', { name }).isVisible()).toBe(true);
  });

  it.each(['light', 'dark'] as const)('is readable on %s ground', async (colorScheme) => {
    await using page = await browser.newPage({ colorScheme });
    await page.goto(address);
    const contrasts = await page.evaluate<number[]>(CONTRASTS);
    expect(contrasts.length).toBeGreaterThan(20);
    expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(4.5); // WCAG 2, AA
  });
});

/** Contrast of every text with the ground that it stands on. */
const CONTRASTS = `(() => {
  const rgb = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [[r, 0.2126], [g, 0.7152], [b, 0.0722]].reduce((sum, [c, share]) => {
    const part = c / 255;
    return sum + share * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgb(getComputedStyle(at).backgroundColor);
      if (color[3] !== 0) return color;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll('h1, h2, p, dt, dd, code, caption, th, td, summary, svg text')];
  return texts.map((text) => {
    const style = getComputedStyle(text);
    const [a, b] = [light(rgb(text.closest('svg') ? style.fill : style.color)), light(ground(text))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
})()`;
