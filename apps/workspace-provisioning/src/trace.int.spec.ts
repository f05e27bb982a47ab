import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordSpans } from '@tributary/testing';
import { type ProvisioningSystem, provisioningSystem, someone } from './workspace-provisioning.fixture.ts';

const { spans, dispose } = recordSpans();

let system: ProvisioningSystem;

beforeAll(async () => {
  system = await provisioningSystem();
  await system.start();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  dispose();
});

describe('the trace of a signup', () => {
  it('goes on from the fact heard to the facts stated, each below the handling of its own message', async () => {
    const people = Array.from({ length: 20 }, (_, index) => {
      const person = someone(index % 2 ? 'admin' : 'Engines');
      const traceId = randomBytes(16).toString('hex');
      return { ...person, traceId, steps: [person.signedUp, person.chosen(2, 'Looms'), person.withdrawn] };
    });
    const queues = ['user.signed-up.v1', 'workspace-name.chosen.v1', 'user.withdrawn.v1'];
    for (const step of queues.keys()) {
      const events = people.flatMap(({ steps }) => steps[step] ?? []);
      await Promise.all(
        people.map(({ steps, traceId }) =>
          system.publish(steps.slice(step, step + 1), {
            traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
          }),
        ),
      ); // all twenty are in flight here
      await system.handled(events);
    }

    for (const { traceId, userId, steps } of people) {
      const stated = await system.query<{ cause: string; traceparent: string }>(
        `SELECT body::json ->> 'causationid' AS cause, traceparent FROM messaging.outbox
         WHERE body::json ->> 'subject' = $1 ORDER BY stated_at`,
        userId,
      );
      expect(stated.length).toBeGreaterThan(1);
      for (const { cause, traceparent } of stated) {
        const queue = queues[steps.findIndex(({ id }) => id === cause)];
        const processed = spans.filter(({ name }) => name === `process workspace-provisioning.${queue}`);
        const own = processed.filter((span) => span.traceId === traceId);
        expect(own).toHaveLength(1);
        expect(traceparent).toBe(`00-${traceId}-${own[0]?.spanId}-01`);
      }
    }
  });
});
