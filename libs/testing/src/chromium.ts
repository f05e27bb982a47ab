import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The browser that page tests drive: TRIBUTARY_TEST_CHROMIUM, or the machine's own.
 * @throws Error when there is none: a test that needs a browser fails, it is never skipped.
 */
export function testChromium(): string {
  const browser = process.env['TRIBUTARY_TEST_CHROMIUM'] || PLACES.find((place) => existsSync(place));
  if (!browser) throw new Error('No Chromium found: install it, or name its executable in TRIBUTARY_TEST_CHROMIUM');
  return browser;
}
