import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@tributary/testing';
import type { Entry } from './ledger/entry.ts';
import type { Signup } from './ledger/ledger.ts';
import { everybodysName } from './ledger/names.ts';
import { found } from './ledger/found.ts';
import { mix } from './ledger/mix.ts';
import { observe } from './ledger/observe.ts';
import { random } from './ledger/random.ts';
import { CLEAN } from './ledger/verdict.ts';
import { deliverAll, forgetEverything, knownFacts, shuffled, wrongAfter } from './order/day.ts';
import { courier, type Courier, type Recorded } from './order/deliver.ts';
import { factsOf } from './order/facts-of.ts';
import type { Pair } from './order/pair.ts';
import { pairs } from './order/pairs.ts';
import { queuesAreEmpty, settled } from './settle.ts';
import { PATIENT_WITH_MAIL, startWorld, type World } from './world.ts';

const SEED = 11;
const SIGNUPS = 60;

let world: World;
let post: Courier;
let day: Recorded[];
let before: Record<string, string[]>;

beforeAll(async () => {
  world = await startWorld({ label: 'order', environment: PATIENT_WITH_MAIL });
  post = await courier(world.stack.urls.amqp);
  await world.play(mix(SEED, SIGNUPS));
  expect(await settled(world)).toMatchObject(CLEAN);
  const [log] = await world.query<{ end: string }>('analytics', 'SELECT next_offset AS end FROM log_position');
  day = await post.read(Number(log?.end));
  before = await knownFacts(world);
  // From here on nobody hears anything but what is delivered by hand; what a service states stays in its outbox.
  for (const name of Object.keys(world.stack.topologies)) await world.stack.stop(`${name}-relay`);
});
afterAll(async () => {
  await post[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

describe("a whole day's facts, delivered into empty databases", () => {
  const draw = random(SEED);
  it.each<[string, (facts: Recorded[]) => Recorded[]]>([
    ['backwards', (facts) => facts.toReversed()],
    ['shuffled', (facts) => shuffled(facts, draw)],
    ['shuffled, each of them twice', (facts) => shuffled([...facts, ...facts], draw)],
  ])('%s, end in the same state in all four', async (_, inOrder) => {
    await forgetEverything(world);
    expect((await wrongAfter(world)).length).toBeGreaterThan(SIGNUPS);
    await deliverAll(world, post, inOrder(day));
    const all = { timeoutMs: 90_000, intervalMs: 500 };
    await eventually(async () => expect(await wrongAfter(world)).toEqual([]), all);
    await eventually(async () => expect(await knownFacts(world)).toEqual(before), all);
    // What comes twice comes late as well.
    await eventually(() => queuesAreEmpty(world), all);
    expect(await wrongAfter(world)).toEqual([]);
    expect(before['facts']?.length).toBe(new Set(day.map(({ event }) => event.id)).size);
  });
});

describe('two facts about one person, in both orders', () => {
  it.each(pairs.map((pair) => [pair.service, pair.second, pair.first, pair] as const))(
    '%s hears %s before %s, and after it',
    async (_, __, ___, pair) => {
      const [inOrder, otherwise] = await Promise.all([personIn(pair, 'in-order'), personIn(pair, 'otherwise')]);
      await Promise.all([
        deliver(pair, inOrder, [pair.first, pair.second]),
        deliver(pair, otherwise, [pair.second, pair.first]),
      ]);
      await eventually(
        async () => {
          const entries = await everything();
          expect(linesAbout(inOrder, pair, entries)).toEqual(expectedLines(pair.end, inOrder));
          expect(linesAbout(otherwise, pair, entries)).toEqual(expectedLines(pair.otherwise ?? pair.end, otherwise));
        },
        { timeoutMs: 20_000, intervalMs: 250 },
      );
    },
  );
});

let count = 0;

/** Signup is about its own users; everybody else hears of people whom nobody knows. */
async function personIn({ service }: Pair, order: string): Promise<Signup> {
  const who = `pair-${++count}-${order}`;
  if (service === 'signup') return world.signUp(who);
  const id = crypto.randomUUID();
  return { who, id, key: '', address: `${who}@example.com`, displayName: `Person ${who}`, names: [everybodysName] };
}

/** One after the other: the next one when the last one was handled, or at least tried. */
async function deliver({ service, before }: Pair, person: Signup, names: Pair['first'][]): Promise<void> {
  const facts = factsOf(person);
  for (const name of [...(before ? [before] : []), ...names]) {
    const { id } = facts[name];
    await post.deliver(service, facts[name]);
    await world.spans.waitFor(
      (span) =>
        span.name.startsWith('process ') && span.service === service && span.attributes['messaging.message.id'] === id,
    );
  }
}

async function everything(): Promise<Entry[]> {
  return found(await observe({ ...world, amqpUrl: world.stack.urls.amqp, mails: world.smtp.mails }));
}

const linesAbout = ({ id }: Signup, { service }: Pair, entries: Entry[]) =>
  entries
    .filter(({ where, whose }) => whose === id && where.startsWith(`${service}.`))
    .map(({ where, what }) => `${where}: ${what}`)
    .filter((line) => !line.startsWith('signup.outbox: user.signed-up.v1'))
    .sort();

const expectedLines = (lines: string[], { displayName, address, key }: Signup) =>
  lines.map((line) => line.replace('NAME', displayName).replace('ADDRESS', address).replace('KEY', key)).sort();
