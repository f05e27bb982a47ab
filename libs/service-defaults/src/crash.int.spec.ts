import { type Event, UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, factPublisher } from '@tributary/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Child, run } from '../fixtures/child.ts';
import { surround, type Surroundings } from '../fixtures/surroundings.ts';

jest.setTimeout(120_000);
const QUEUE = 'greeter.user.signed-up.v1';

let surroundings: Surroundings;
let stopped: AbortController;
let replicas: Promise<number>[];

beforeEach(async () => {
  surroundings = await surround();
  stopped = new AbortController();
  replicas = [];
  await run(['setup'], surroundings.env);
});
afterEach(async () => {
  stopped.abort();
  await Promise.all(replicas);
  await surroundings.remove();
});

/** A process that is started again whenever it ends, as an orchestrator does. @returns how often it crashed */
async function keptRunning(): Promise<number> {
  for (let crashes = 0; ; crashes++) {
    const child = new Child(['serve'], { ...surroundings.env, MISBEHAVE: 'crash' });
    const stop = () => child.process.kill('SIGTERM');
    if (stopped.signal.aborted) stop();
    else stopped.signal.addEventListener('abort', stop);
    if ((await child.ended) !== 'SIGKILL') return crashes;
  }
}

const someone = (displayName = 'Innocent') => exampleEvent(UserSignedUp, { userId: crypto.randomUUID(), displayName });

async function publish(events: Event[]): Promise<void> {
  const publisher = await factPublisher(surroundings.vhost.url);
  await publisher.publish(events).finally(() => publisher.close());
}

/** Until nothing is left: `dead` messages among the dead, everybody else greeted. */
function quiet(innocents: number, dead: number): Promise<void> {
  const { vhost, query } = surroundings;
  return eventually(
    async () => {
      expect(await query('SELECT count(*)::int AS count FROM greeting')).toEqual([{ count: innocents }]);
      expect(await vhost.management.depths()).toMatchObject({ [QUEUE]: 0, 'greeter.dead': dead });
    },
    { timeoutMs: 90_000, intervalMs: 500 },
  );
}

describe('a message that ends its process', () => {
  it.each([1, 2])(
    'is found among 300 innocents, 100 of which are in flight with it, by %d processes, and ends up dead alone',
    async (count) => {
      const poison = someone('Poison');
      const innocents = Array.from({ length: 300 }, () => someone());
      await publish(innocents.toSpliced(50, 0, poison));
      replicas = Array.from({ length: count }, keptRunning);
      await quiet(300, 1);
      const [dead] = await surroundings.vhost.management.peek('greeter.dead');
      expect(dead).toMatchObject({
        id: poison.id,
        headers: { 'tributary-reason': 'crashed-the-process', 'tributary-source-queue': QUEUE },
      });
      expect(await surroundings.query('SELECT event_id FROM messaging.crash_marks')).toEqual([{ event_id: poison.id }]);
      stopped.abort();
      const crashes = (await Promise.all(replicas)).reduce((sum, each) => sum + each, 0);
      expect(crashes).toBe(4);
    },
  );

  it('is found with others of its kind', async () => {
    const events = Array.from({ length: 60 }, (_, n) => someone(n % 20 === 10 ? 'Poison' : 'Innocent'));
    await publish(events);
    replicas = [keptRunning()];
    await quiet(57, 3);
  });
});
