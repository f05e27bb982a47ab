import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '@tributary/local';
import { expect, it } from '@jest/globals';

it('MailDev is started with the guard that keeps the pages of other sites from reading the mails', () => {
  const stack = readFileSync(join(repository, 'docker-compose.yml'), 'utf8');
  const maildev = /\n {2}maildev:\n((?: {4}.*\n)+)/.exec(stack)?.[1] ?? '';
  const [, place] = /NODE_OPTIONS: --import=(\S+)/.exec(maildev) ?? [];
  expect(place).toMatch(/^\/.*\.mjs$/);
  const [, file = ''] = new RegExp(`- (\\S+):${place}:ro\\n`).exec(maildev) ?? [];
  expect(file).toBe('./infra/maildev/own-page-only.mjs');
  expect(existsSync(join(repository, file))).toBe(true);
});
