import { describe, expect, it } from '@jest/globals';
import { canonical, mix } from './mix.ts';
import { goodNames, isReserved, slugFits } from './names.ts';

describe('a mix', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(mix(7, 200)).toEqual(mix(7, 200));
    expect(mix(7, 200).map(({ email }) => email)).not.toEqual(mix(8, 200).map(({ email }) => email));
    expect(mix(7, 300).slice(0, 200)).toEqual(mix(7, 200));
  });

  it('has everything in it that people do', () => {
    const intents = mix(7, 500);
    const some = (fits: (intent: (typeof intents)[number]) => boolean) => intents.filter(fits).length;
    expect(some(({ requests }) => requests > 1)).toBeGreaterThan(10);
    expect(some(({ comesBack }) => comesBack)).toBeGreaterThan(10);
    for (const when of ['at-once', 'when-failed', 'when-settled']) {
      expect(some(({ withdraws }) => withdraws === when)).toBeGreaterThan(5);
    }
    for (const names of [1, 2, 3]) expect(some((it) => it.workspaceNames.length === names)).toBeGreaterThan(10);
    const addresses = new Set(intents.map(({ email }) => canonical(email)));
    expect(intents.length - addresses.size).toBeGreaterThan(10);
    expect(new Set(intents.map(({ who }) => who)).size).toBe(intents.length);
    const wanted = Map.groupBy(intents, ({ workspaceNames }) => workspaceNames[0]);
    for (const { name } of goodNames) expect(wanted.get(name)?.length).toBeGreaterThan(2);
  });

  it('goes on only after a name that fails', () => {
    for (const { workspaceNames } of mix(7, 500)) {
      expect(workspaceNames.slice(0, -1).every(isReserved)).toBe(true);
      expect(new Set(workspaceNames).size).toBe(workspaceNames.length);
    }
  });
});

describe('an address', () => {
  it('is the same in any spelling', () => {
    expect(canonical('P7-0001@BÜCHER.EXAMPLE')).toBe('p7-0001@xn--bcher-kva.example');
    expect(canonical('p7-0001@xn--bcher-kva.example')).toBe('p7-0001@xn--bcher-kva.example');
  });
});

describe('a slug', () => {
  const id = '7b1f7b1c-4f0a-4a0e-9b6d-2f5a9e0c3d21';
  it.each(['engines', 'engines-2', 'engines-5', 'engines-7b1f7b1c'])('%s fits the name', (slug) => {
    expect(slugFits('Engines', slug, id)).toBe(true);
  });
  it.each(['engines-6', 'engine', 'engines-7b1f7b1d', 'analytical-engines', ''])('%j does not', (slug) => {
    expect(slugFits('Engines', slug, id)).toBe(false);
  });
});
