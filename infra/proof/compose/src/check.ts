import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mix, summary } from '@tributary/e2e';
import { command, repository, services } from '@tributary/local';
import { eventually, Management } from '@tributary/testing';
import { addressesOf, type Addresses } from './addresses.ts';
import type { Compose } from './compose.ts';
import { causeDeadLetters } from './dead-letters.ts';
import { inspectContainers } from './hardening.ts';
import { killAndRecover, victims } from './kills.ts';
import { leastPrivilegePage, PAGE } from './least-privilege/page.ts';
import { tryEverything } from './least-privilege/try-everything.ts';
import { Mailbox } from './mailbox.ts';
import { followOneSignup } from './one-signup.ts';
import { firing, inWords } from './prometheus.ts';
import { crash, metricsArrive, scaleEmail } from './replicas.ts';
import { connectTo, settled } from './settle.ts';
import { newWorld, type Topology, type World } from './world.ts';

const SEED = 20_261;
const PEOPLE_PER_KILL = 8;

/** Says what is done, how long it took and what was seen. */
export type Step = <Result>(what: string, work: () => Promise<Result>) => Promise<Result>;

/** One after the other: what the first has built of the libraries the others have at once. */
export async function buildImages(compose: Compose, step: Step): Promise<void> {
  for (const { name } of services) await step(`image ${name}`, () => compose.run('build', `${name}-setup`));
}

/** What `npm run demo -- --check` does, in containers, and more. @throws Error at the first thing that is not as it should be */
export async function checkEverything(compose: Compose, step: Step, say: (line: string) => void): Promise<void> {
  const at = addressesOf(compose);
  await step('stack healthy', async () => {
    await compose.run('up', '--detach', '--no-build', '--wait', '--wait-timeout', '240');
    return serversOf(at);
  });
  const topologies = await Promise.all(services.map(({ name }) => topologyOf(name)));
  const world = newWorld({ compose, at, topologies, mailbox: new Mailbox(at.mail) });

  await step('containers', () => inspectContainers(world));
  (await step('one signup', () => followOneSignup(world))).forEach(say);
  await step('metrics', () => metricsArrive(world));
  await step('least privilege', async () => `${await tryEverything(world)} attempts went as they should`);
  await step('dead letters', async () => `alert for ${(await causeDeadLetters(world)).join(', ')}`);
  await step('three replicas', () => scaleEmail(world, 3));
  await step('crash', () => crash(world, 'email-relay'));
  const people = mix(SEED, victims.length * PEOPLE_PER_KILL);
  for (const victim of victims) {
    const some = victim.forgetsMails ? [] : people.splice(0, PEOPLE_PER_KILL);
    await step(`kill ${victim.service}`, async () => (await killAndRecover(world, victim, some)).join('; '));
  }
  await step('ledger', () => holdToAccount(world, say));
  await step('no alert is left', () => eventually(() => isCalm(world), { timeoutMs: 120_000, intervalMs: 1_000 }));
  writePage(topologies, say);
}

/** @returns `RabbitMQ 4.3.6, PostgreSQL 17.11` */
export async function serversOf(at: Addresses): Promise<string> {
  const { rabbitmq_version } = await new Management(at.management(), '/').call<{ rabbitmq_version: string }>(
    'GET',
    '/overview',
  );
  const client = await connectTo(at.database('postgres'));
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version').finally(() => client.end());
  return `RabbitMQ ${rabbitmq_version}, PostgreSQL ${rows[0]?.server_version.split(' ')[0]}`;
}

export async function topologyOf(service: string): Promise<Topology> {
  const image = `tributary/${service}`;
  return JSON.parse(await command('docker', ['run', '--rm', '--network=none', image, 'topology'])) as Topology;
}

async function holdToAccount(world: World, say: (line: string) => void): Promise<string> {
  const verdict = await settled(world);
  summary(world.ledger, verdict).split('\n').forEach(say);
  if (verdict.lines.length > 0) throw new Error('what exists is not what was accepted');
  // Whatever is down: "not now" is an answer, "I do not know what happened" is none.
  if (world.ledger.repeats['500']) throw new Error('signup answered 500');
  return `seed ${SEED}`;
}

/** Broker and processes answer, all that was promised has come, nothing waits. */
async function isCalm({ at }: World): Promise<string> {
  const alerts = await firing(at.prometheus);
  if (alerts.length > 0) throw new Error(`still firing: ${alerts.map(inWords).join(', ')}`);
  return '';
}

function writePage(topologies: readonly Topology[], say: (line: string) => void): void {
  const path = join(repository, PAGE);
  const text = leastPrivilegePage(topologies);
  if (readFileSync(path, { encoding: 'utf8', flag: 'a+' }) === text) return;
  writeFileSync(path, text);
  say(`${PAGE} was not what has been tried: it is now`);
}
