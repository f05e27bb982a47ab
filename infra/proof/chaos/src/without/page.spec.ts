import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { repository } from '@tributary/local';
import { guarantees } from './guarantees.ts';
import { guaranteeSection } from './page.ts';

const page = readFileSync(join(repository, 'docs', 'sabotages.md'), 'utf8');

it('docs/sabotages.md shows every guarantee with what is taken away, and no other (WRITE_DOCS=1 npm run chaos -- --without all writes it)', () => {
  for (const guarantee of guarantees) expect(page).toContain(guaranteeSection(guarantee));
  expect(page.match(/^## Without /gm)).toHaveLength(guarantees.length);
});
