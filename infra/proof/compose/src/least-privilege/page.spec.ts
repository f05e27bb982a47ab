import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, repository, services } from '@tributary/local';
import { expect, it } from '@jest/globals';
import type { Topology } from '../world.ts';
import { leastPrivilegePage, PAGE } from './page.ts';

it('the page on least privilege shows what "npm run compose:check" would try now', async () => {
  const topologies = services.map(async ({ name }) => {
    const program = join(repository, 'apps', name, 'dist/main.js');
    return JSON.parse(await command(process.execPath, [program, 'topology'])) as Topology;
  });
  expect(readFileSync(join(repository, PAGE), 'utf8')).toBe(leastPrivilegePage(await Promise.all(topologies)));
});
