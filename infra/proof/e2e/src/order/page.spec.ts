import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repository } from '@tributary/local';
import { orderPage } from './page.ts';
import { pairs } from './pairs.ts';

const file = join(repository, 'docs', 'order.md');

describe('docs/order.md', () => {
  it('says what the pairs say (WRITE_DOCS=1 writes it)', () => {
    if (process.env['WRITE_DOCS']) writeFileSync(file, orderPage(pairs));
    expect(readFileSync(file, 'utf8')).toBe(orderPage(pairs));
  });
});
