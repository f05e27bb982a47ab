import { setTimeout as delay } from 'node:timers/promises';
import { reached, settled, type Signup } from '@tributary/e2e';
import { arrivals, type Arrival, type Course } from './arrivals.ts';
import { burst, keyOf, type Outcome } from './burst.ts';
import { startChain } from './chain-system.ts';
import { comparison, whatSpoilsIt } from './comparison.ts';
import { figures, type Existing } from './figures.ts';
import { startRiver } from './river-system.ts';
import type { System } from './system.ts';

export interface VersusOptions {
  say: (line: string) => void;
  seed: number;
  signal: AbortSignal;
  /** Default: five minutes of a dead service, scaled down to twenty seconds in a minute of signups. */
  course?: Course;
}

const COURSE: Course = { perSecond: 20, forMs: 60_000, deadFromMs: 20_000, deadToMs: 40_000, lookAfterMs: 60_000 };

const FAIRNESS = `Fair? The chain has timeouts, a retry at every call and idempotent rows; what it has not is a queue, and that is the point.
A chain with an outbox, retries that last and an inbox against their repeats would be this project.
The times compare only on a machine that does nothing else meanwhile: the two are measured one after the other.`;

/**
 * The same people, the same outage, first to services that call each other over HTTP, then to these. Prints both side by side.
 * @returns 0 when the choreography lost nothing and the chain failed somebody; anything else shows nothing
 */
export async function versusHttp({ say, seed, signal, course = COURSE }: VersusOptions): Promise<number> {
  const people = arrivals(seed, course);
  const telling = (system: string) => (line: string) => say(`${system.padEnd(14)}${line}`);
  say(
    `seed ${seed}: ${people.length} people in ${course.forMs / 1000} s, first to HTTP calls, then to the choreography`,
  );
  const chain = await throughChain(people, course, signal, telling('HTTP calls'));
  const { river, verdict } = await throughRiver(people, course, signal, telling('choreography'));
  say('');
  say(comparison(chain, river, course));
  say('');
  for (const line of verdict.lines.slice(0, 20)) say(`  ${line}`);
  say(
    `choreography, by the ledger: lost ${verdict.lost} · doubled ${verdict.doubled} · unexpected ${verdict.unexpected}`,
  );
  say(FAIRNESS);
  const spoilt = whatSpoilsIt(chain, river, verdict);
  if (spoilt) say(`\nThis shows nothing: ${spoilt}`);
  return spoilt ? 1 : 0;
}

async function throughChain(people: Arrival[], course: Course, signal: AbortSignal, say: (line: string) => void) {
  await using system = await startChain({ signal });
  const { outcomes, lookAt } = await suffer(system, people, course, signal, say);
  await delay(lookAt - Date.now(), undefined, { signal });
  return figures(outcomes, await whatExists(system), course);
}

async function throughRiver(people: Arrival[], course: Course, signal: AbortSignal, say: (line: string) => void) {
  await using system = await startRiver({ signal });
  const { outcomes, lookAt } = await suffer(system, people, course, signal, say);
  const { world } = system;
  world.ledger.accepted.push(...outcomes.flatMap(acceptedOf));
  await reached(world, { timeoutMs: lookAt - Date.now() });
  const river = figures(outcomes, await whatExists(system), course);
  return { river, verdict: await settled(world) };
}

/** Lets everybody sign up while the service is killed and started again. @returns what they were told, and when to look */
async function suffer(
  system: System,
  people: readonly Arrival[],
  { deadFromMs, deadToMs, lookAfterMs }: Course,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<{ outcomes: Outcome[]; lookAt: number }> {
  say('is up, people sign up');
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const began = Date.now();
  const until = (ms: number) => delay(began + ms - Date.now(), undefined, { signal: either });
  const outage = async () => {
    await until(deadFromMs);
    await system.killProvisioning();
    say('SIGKILL workspace-provisioning');
    await until(deadToMs);
    await system.startProvisioning();
    say('workspace-provisioning is back');
    return Date.now() + lookAfterMs;
  };
  try {
    const [outcomes, lookAt] = await Promise.all([burst(system.url, people, either), outage()]);
    say('everybody has their answer');
    return { outcomes, lookAt };
  } finally {
    failed.abort();
  }
}

function acceptedOf({ person, id }: Outcome): Signup[] {
  const { who, email: address, displayName, workspaceName } = person;
  return id ? [{ who, id, key: keyOf(person), address, displayName, names: [workspaceName] }] : [];
}

async function whatExists(system: System): Promise<Existing> {
  const owners = await system.query<{ owner_id: string }>('workspace-provisioning', 'SELECT owner_id FROM workspaces');
  return {
    accounts: await system.query('signup', 'SELECT id, email FROM users'),
    owners: owners.map(({ owner_id }) => owner_id),
    mails: system.mails,
  };
}
