import { describe, expect, it } from '@jest/globals';
import { scenarios } from '../scenarios/index.ts';
import { groups, type Scenario } from '../scenarios/scenario.ts';
import { type Act, endless, planned } from './plan.ts';

const load = { perSecond: 25, seconds: 8 };
const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);
/** What a run prints, records and replays. */
const inWords = (acts: readonly Act[]) =>
  acts.map(({ scenario, seed, people, perSecond, moments }) => ({
    name: scenario.name,
    seed,
    people,
    perSecond,
    moments: moments.map(({ before, do: { what }, forMs }) => `${before}: ${what} for ${forMs} ms`),
  }));
const some = (count: number, acts: Iterator<Act>): Act[] =>
  Array.from({ length: count }, () => acts.next().value as Act);

describe('the plan', () => {
  it('is the same for the same seed, and another for another one', () => {
    const plan = (seed: number) => inWords(planned({ seed, load, scenarios }));
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });

  it('covers every group of which there is something short', () => {
    const there = groups.filter((group) => scenarios.some((it) => it.group === group && !it.long && !it.needs));
    for (const seed of SEEDS) {
      const covered = planned({ seed, load, scenarios }).map(({ scenario }) => scenario.group);
      expect(covered).toEqual(expect.arrayContaining(there));
    }
  });

  it('draws nothing long and nothing twice, and over the seeds draws everything else', () => {
    const drawn = SEEDS.map((seed) => planned({ seed, load, scenarios }).map(({ scenario }) => scenario));
    for (const selection of drawn) {
      expect(new Set(selection).size).toBe(selection.length);
      expect(selection.filter(({ long }) => long)).toEqual([]);
    }
    expect(new Set(drawn.flat())).toEqual(new Set(scenarios.filter(({ long }) => !long)));
  });

  it('is what was asked for, in that order', () => {
    const names = ['kill-email', 'restart-rolling', 'kill-email'];
    expect(inWords(planned({ seed: 1, load, scenarios, names })).map(({ name }) => name)).toEqual(names);
  });

  it('lets different people come in every act, and does everything before the last of them has come', () => {
    const acts = some(200, endless({ seed: 7, load, scenarios }));
    expect(new Set(acts.map(({ seed }) => seed)).size).toBe(200);
    for (const { people, moments } of acts) for (const { before } of moments) expect(before).toBeLessThan(people);
  });

  it('lets people come for as long as something is done to the system', () => {
    for (const { people, perSecond, moments } of some(200, endless({ seed: 7, load, scenarios }))) {
      if (perSecond > load.perSecond) continue; // a burst is over sooner
      for (const { forMs } of moments) expect(people / perSecond).toBeGreaterThan(forMs / 1_000);
    }
  });

  it('goes through everything there is before anything comes again', () => {
    const round = some(scenarios.length, endless({ seed: 7, load, scenarios }));
    expect(new Set(round.map(({ scenario }) => scenario))).toEqual(new Set(scenarios));
  });
});

describe('the scenarios', () => {
  it('have names that nobody else has, and that can be typed', () => {
    const names = scenarios.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it('fit into the table of results', () => {
    const wide = ({ name, expected }: Scenario) => name.length > 40 || expected.length > 80;
    expect(scenarios.filter(wide)).toEqual([]);
  });
});
