import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repository } from '@tributary/local';
import { remove } from './guarantee.ts';
import { guarantees } from './guarantees.ts';
import { makeCopy } from './scratch-copy.ts';

const copy = realpathSync(mkdtempSync(join(tmpdir(), 'tributary-copy-')));
const outbox = 'libs/outbox/src/outbox.ts';
const text = (root: string) => readFileSync(join(root, outbox), 'utf8');

beforeAll(() => makeCopy(copy));
afterAll(() => rmSync(copy, { recursive: true }));

describe('the scratch copy', () => {
  it('has the sources, and nothing that is made from them', () => {
    expect(text(copy)).toBe(text(repository));
    expect(existsSync(join(copy, 'libs/outbox/dist'))).toBe(false);
    expect(existsSync(join(copy, '.tributary'))).toBe(false);
  });

  it('finds our own packages in itself, and installed ones in the original', () => {
    const found = (name: string) => realpathSync(join(copy, 'node_modules', name));
    expect(found('@tributary/outbox')).toBe(join(copy, 'libs/outbox'));
    expect(found('amqplib')).toBe(realpathSync(join(repository, 'node_modules/amqplib')));
  });

  it('loses a guarantee and gets it back, and the working tree never notices', () => {
    const before = text(repository);
    const [guarantee] = guarantees.filter(({ name }) => name === 'outbox');
    const giveBack = remove(guarantee as (typeof guarantees)[0], copy);
    expect(text(copy)).not.toBe(before);
    expect(text(repository)).toBe(before);
    giveBack();
    expect(text(copy)).toBe(before);
  });
});
