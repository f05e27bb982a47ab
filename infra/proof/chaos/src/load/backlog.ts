import { startStack, type Stack } from '@tributary/local';
import { connectAmqp, Management } from '@tributary/testing';
import type { ChannelModel } from 'amqplib';
import pg from 'pg';
import { drained, type Rate, rawDrain } from './drain.ts';
import { declareRawQueue, RAW_QUEUE, stateSignups } from './facts.ts';
import { memoryAtRest, MemoryWatch } from './memory.ts';
import { figures } from './figures.ts';
import { whatIsWrong } from './conservation.ts';

export interface BacklogOptions {
  say: (line: string) => void;
  signal: AbortSignal;
  /** Facts that wait while the consumers are down: 100,000, 1,000,000. */
  waiting: number;
}

/** Handled before anything is measured: nobody is measured before being compiled and connected, with the heap it works with. */
const WARM_UP = 5_000;
const PREFETCH = 300;

/** A system with two of the services, and how many facts each has handled. */
export interface LoadWorld {
  stack: Stack;
  amqp: ChannelModel;
  broker: Management;
  signal: AbortSignal;
  count(service: string, sql: string): Promise<number>;
}

/**
 * What it costs when many facts wait: the memory of every process, idle, while they wait and while they are worked off, and how fast that
 * goes beside a consumer that does nothing but acknowledge. `workspace-provisioning` has a transaction per fact, `analytics` reads the log
 * in batches. A world of its own: the signups are stated by a foreign producer, so there is no ledger of what HTTP accepted, and `email`
 * is not in it, whose speed is the mail server's.
 * @returns exit code 0 when every fact was handled exactly once; no figure decides
 */
export async function measureBacklog({ say, signal, waiting }: BacklogOptions): Promise<number> {
  const began = Date.now();
  const tell = (line: string) => say(`${((Date.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}`);
  const stack = await startStack({
    label: 'backlog',
    only: ['broker', 'postgres', 'services'],
    services: ['workspace-provisioning', 'analytics'],
    onProgress: tell,
    signal,
  });
  try {
    const amqp = await connectAmqp(stack.urls.amqp);
    amqp.on('error', () => undefined); // it ends with the broker
    const broker = new Management(new URL(stack.urls.management), '/');
    const world = { stack, amqp, broker, signal, count: (service: string, sql: string) => count(stack, service, sql) };
    return await measure(world, waiting, tell, say);
  } finally {
    await stack.stop();
  }
}

async function measure(
  world: LoadWorld,
  waiting: number,
  tell: (line: string) => void,
  say: (line: string) => void,
): Promise<number> {
  const { stack, amqp, signal } = world;
  const workspaces = () => world.count('workspace-provisioning', 'SELECT count(*)::int AS count FROM workspaces');
  const facts = () =>
    world.count('analytics', `SELECT count(*)::int AS count FROM facts WHERE type <> 'service.joined.v1'`);
  const progress = (what: string) => (handled: number) =>
    tell(`${what}: ${handled.toLocaleString('en')} facts handled`);

  tell(`warming up with ${WARM_UP.toLocaleString('en')} facts`);
  await stateSignups(amqp, WARM_UP, signal);
  await drained(workspaces, WARM_UP, { signal, onProgress: progress('workspace-provisioning') });
  await drained(facts, 2 * WARM_UP, { signal, onProgress: progress('analytics') });
  const idle = await memoryAtRest(() => stack.status(), signal);

  await Promise.all([stack.stop('workspace-provisioning'), stack.stop('analytics')]);
  await declareRawQueue(amqp);
  tell(`stating ${waiting.toLocaleString('en')} signups while workspace-provisioning and analytics are down`);
  await stateSignups(amqp, waiting, signal);
  const whileWaiting = await memoryAtRest(() => stack.status(), signal);

  tell('reading as many without doing anything');
  const rawQueue = await rawDrain(amqp, RAW_QUEUE, { count: waiting, prefetch: PREFETCH });
  const rawLog = await rawDrain(amqp, 'events.log', { count: waiting, prefetch: 2 * 500, from: 0 });
  const watch = new MemoryWatch(() => stack.status());
  const rates: Record<string, { rate: Rate; raw: Rate }> = {};
  tell('workspace-provisioning is started');
  await stack.start('workspace-provisioning');
  const total = WARM_UP + waiting;
  rates['workspace-provisioning'] = {
    rate: await drained(workspaces, total, { signal, onProgress: progress('workspace-provisioning') }),
    raw: rawQueue,
  };
  tell('analytics is started');
  await stack.start('analytics');
  rates['analytics'] = {
    rate: await drained(facts, 2 * total, { signal, onProgress: progress('analytics') }),
    raw: rawLog,
  };
  const atMost = watch.stop();

  say(figures({ waiting, memory: { idle, whileWaiting, atMost }, rates }));
  const wrong = await whatIsWrong(world, total);
  say(
    wrong.length === 0
      ? `\nEvery one of ${total.toLocaleString('en')} facts was handled, and none twice.`
      : `\n${wrong.join('\n')}`,
  );
  return wrong.length === 0 ? 0 : 1;
}

async function count(stack: Stack, service: string, sql: string): Promise<number> {
  const url = new URL(stack.urls.database);
  url.pathname = `/${service}`;
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ count: number }>(sql)).rows[0]?.count ?? 0;
  } finally {
    await client.end();
  }
}
