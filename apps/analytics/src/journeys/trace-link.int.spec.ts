import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AnalyticsSystem, type Replica } from '../analytics-system.fixture.ts';
import { Person } from '../projections/records.fixture.ts';

let system: AnalyticsSystem;
let analytics: Replica;
beforeAll(async () => {
  system = await AnalyticsSystem.create();
  analytics = await system.start({ TRACE_URL: 'http://traces.example/{traceId}' });
});
afterAll(() => system[Symbol.asyncDispose]());

interface Journey {
  facts: { traceId: string; traceUrl: string | null }[];
}

let people = 0;
/** Somebody whose fact was stated in a trace with these flags. */
async function signedUp(flags: string) {
  const person = new Person();
  system.traceFlags = flags;
  await system.publish(person.signedUp);
  await system.hasRead(++people);
  return { id: person.id, traceId: person.signedUp.id.replaceAll('-', '') };
}

/** As JSON, and as a page. */
async function journeyOf(id: string) {
  const journey = (await (await analytics.get(`/journeys/${id}`)).json()) as Journey;
  return { facts: journey.facts, page: await (await analytics.get(`/journey/${id}`)).text() };
}

it.each(['01', '03', 'ff'])('a trace that was sampled has a link (flags %s)', async (flags) => {
  const { id, traceId } = await signedUp(flags);
  const { facts, page } = await journeyOf(id);
  expect(facts).toMatchObject([{ traceId, traceUrl: `http://traces.example/${traceId}` }]);
  expect(page).toContain(`<a href="http://traces.example/${traceId}">its trace</a>`);
});

it.each(['00', '02'])(
  'one that was not sampled has none, it would lead nowhere: its id is for the logs (flags %s)',
  async (flags) => {
    const { id, traceId } = await signedUp(flags);
    const { facts, page } = await journeyOf(id);
    expect(facts).toMatchObject([{ traceId, traceUrl: null }]);
    expect(page).toContain(`trace <code>${traceId}</code>`);
    expect(page).not.toContain('traces.example');
  },
);

it('a fact that was kept before that was written down keeps its link', async () => {
  const { id, traceId } = await signedUp('00');
  await system.projected.rows('UPDATE facts SET trace_sampled = NULL WHERE trace_id = $1', traceId);
  expect((await journeyOf(id)).facts).toMatchObject([{ traceUrl: `http://traces.example/${traceId}` }]);
});
