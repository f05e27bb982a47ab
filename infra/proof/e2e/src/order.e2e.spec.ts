import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@tributary/testing';
import { projections } from './analytics.ts';
import type { Entry } from './ledger/entry.ts';
import type { Signup } from './ledger/ledger.ts';
import { everybodysName } from './ledger/names.ts';
import { found } from './ledger/found.ts';
import { observe } from './ledger/observe.ts';
import { courier, type Courier } from './order/deliver.ts';
import { factsOf } from './order/facts-of.ts';
import { type Pair, pairs } from './order/pairs.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let post: Courier;

beforeAll(async () => {
  world = await startWorld({ label: 'order' });
  post = await courier(world.stack.urls.amqp);
  await eventually(async () => (await world.get<object[]>('analytics', '/services')).length === 4, { timeoutMs: 30_000 });
  // From here on nobody hears anything but what is delivered by hand; what a service states stays in its outbox.
  for (const name of Object.keys(world.stack.topologies)) await world.stack.stop(`${name}-relay`);
});
afterAll(async () => {
  await post[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
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
      (span) => span.name.startsWith('process ') && span.service === service && span.attributes['messaging.message.id'] === id,
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
