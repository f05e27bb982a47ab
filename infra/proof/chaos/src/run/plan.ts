import { random, type Random } from '@tributary/e2e';
import type { Scenario } from '../scenarios/scenario.ts';
import { groups } from '../scenarios/scenario.ts';
import type { Fault } from './fault.ts';

/** One scenario as the seed has drawn it: the same people, the same victims, the same moments. */
export interface Act {
  scenario: Scenario;
  /** Of its mix; the people are named after it. */
  seed: number;
  people: number;
  perSecond: number;
  moments: Moment[];
}

export interface Moment {
  /** Before the n-th person, counted from 0, signs up. People, not seconds: a faster machine sees the same run. */
  before: number;
  do: Fault;
  forMs: number;
}

export interface Load {
  perSecond: number;
  /** How long the people of one scenario keep coming. */
  seconds: number;
}

export interface Wishes {
  seed: number;
  load: Load;
  /** What there is to choose from: what the target can run. */
  scenarios: readonly Scenario[];
  /** These and no others, one after the other. */
  names?: readonly string[];
}

const BEFORE_AND_AFTER_S = 4;

/** How many of each group the two-minute selection draws. */
const SELECTION = { services: 3, broker: 1, database: 1, smtp: 1, load: 1 };

/** What is run: the scenarios asked for, or the two-minute selection. */
export function planned({ seed, load, scenarios, names }: Wishes): Act[] {
  const draw = random(seed);
  const chosen = names
    ? names.flatMap((name) => scenarios.find((scenario) => scenario.name === name) ?? [])
    : shuffled(
        groups.flatMap((group) => shuffled(short(scenarios, group), draw).slice(0, SELECTION[group])),
        draw,
      );
  return chosen.map((scenario, index) => actOf(scenario, { seed, index, load, draw }));
}

/** Everything in a drawn order, and again in another, for as long as somebody asks. */
export function* endless({ seed, load, scenarios }: Wishes): Generator<Act, never> {
  const draw = random(seed);
  for (let index = 0; ;) {
    for (const scenario of shuffled(scenarios, draw)) yield actOf(scenario, { seed, index: index++, load, draw });
  }
}

const short = (scenarios: readonly Scenario[], group: Scenario['group']) =>
  scenarios.filter((scenario) => scenario.group === group && !scenario.long);

function actOf(
  scenario: Scenario,
  { seed, index, load, draw }: { seed: number; index: number; load: Load; draw: Random },
): Act {
  const steps = scenario.steps(draw);
  const perSecond = scenario.perSecond ?? load.perSecond;
  // Whatever is done is done under load: people come for as long as it goes on.
  const seconds = Math.max(load.seconds, ...steps.map((step) => step.for + BEFORE_AND_AFTER_S));
  const people = Math.max(scenario.people ?? 0, load.perSecond * seconds);
  const moments = steps.map(({ at, do: fault, for: seconds }) => {
    const [from, to] = typeof at === 'number' ? [at, at] : at;
    const percent = from + draw.below(to - from + 1);
    return { before: Math.floor((people * percent) / 100), do: fault, forMs: seconds * 1_000 };
  });
  // Mixes of neighbouring seeds have nobody in common: everybody is named after the seed.
  return { scenario, seed: seed * 1_000 + index, people, perSecond, moments };
}

function shuffled<Item>(items: readonly Item[], draw: Random): Item[] {
  const rest = [...items];
  return items.map(() => rest.splice(draw.below(rest.length), 1)[0] as Item);
}
