import { describe, expect, it } from '@jest/globals';
import { WorkspaceProvisioned } from '@tributary/contracts';
import { slugCandidates, slugOf } from './slug.ts';

const ID = '7b1f7b1c-4f0a-4a0e-9b6d-2f5a9e0c3d21';
const isValid = (slug: string) => WorkspaceProvisioned.data.shape.slug.safeParse(slug).success;

describe('the slug of a name', () => {
  it.each([
    ['Analytical Engines', 'analytical-engines'],
    ['  ACME,  Inc. ', 'acme-inc'],
    ["Ada's Café", 'adas-cafe'],
    ['Straße 12½', 'strasse-121-2'],
    ['Łódź Ærø Þór Đuro', 'lodz-aero-thor-duro'],
    ['İSTANBUL ısı', 'istanbul-isi'],
    ['Ｔｏｋｙｏ 東京', 'tokyo'],
    ['ﬁne ℡', 'fine-tel'],
    ['e\u0301t\u00e9', 'ete'],
    ['--- a --- b ---', 'a-b'],
    ['ad\u200dmin', 'admin'],
  ])('of %j is %s', (name, slug) => expect(slugOf(name)).toBe(slug));

  it('is made of a hash where there is no Latin letter or digit, the same for every spelling of the same name', () => {
    const slugs = ['東京', '京都', 'Москва', 'мария', '👩‍👩‍👧‍👦', '!!!', '-', '١٢٣'].map(slugOf);
    for (const slug of slugs) expect(slug).toMatch(/^workspace-[0-9a-f]{8}$/);
    expect(new Set(slugs).size).toBe(slugs.length);
    expect(slugOf(' МОСКВА ')).toBe(slugOf('Москва'));
    expect(slugOf('東京')).toBe('workspace-130016b2');
  });

  it('is what the contract allows, whatever the name consists of', () => {
    const invalid: string[] = [];
    for (let code = 1; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      if (/[\p{Cn}\p{Co}]/u.test(character)) continue; // not assigned, four of five
      for (const name of [character, `a${character}b`]) if (!isValid(slugOf(name))) invalid.push(code.toString(16));
    }
    expect(invalid).toEqual([]);
  });

  it.each(['x'.repeat(100), 'ß'.repeat(100), `${'x'.repeat(62)} y`, '\ufdfa'.repeat(100), '🚀'.repeat(50)])(
    'of a long name such as %j is cut, and never ends in a hyphen',
    (name) => {
      for (const slug of slugCandidates(slugOf(name), ID)) expect([slug, isValid(slug)]).toEqual([slug, true]);
    },
  );
});

describe('what to try when a slug is taken', () => {
  it('is a number, and after a few an end that nobody has', () => {
    expect(slugCandidates('acme', ID)).toEqual(['acme', 'acme-2', 'acme-3', 'acme-4', 'acme-5', 'acme-7b1f7b1c']);
  });

  it('fits whatever the length of the slug', () => {
    for (let length = 1; length <= 63; length++) {
      const candidates = slugCandidates(slugOf(`${'x'.repeat(length - 1)}y`), ID);
      expect(candidates.filter(isValid)).toHaveLength(6);
      expect(new Set(candidates).size).toBe(6);
    }
  });
});
