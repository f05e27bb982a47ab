import { describe, expect, it } from '@jest/globals';
import type { Event } from '@tributary/contracts';
import { EVENT_LOG } from '@tributary/messaging';
import { startTelemetry } from '@tributary/telemetry';
import { recordCounts } from '@tributary/testing';
import { StaleReader } from '../errors.ts';
import { Projected } from './projected.fixture.ts';
import { everybodyJoined, Person, personal, recordsOf } from './records.fixture.ts';

/** One of each: onboarded, recovered, withdrawn, waiting, without a beginning. */
function everything(): Event[] {
  const [, ...lateInTheLog] = new Person(5).onboarded();
  const stuck = new Person(10);
  return [
    ...everybodyJoined(),
    ...new Person().onboarded(),
    ...new Person(60).recovered(),
    ...new Person(120).left(),
    ...[stuck.signedUp, stuck.provisioned()],
    ...lateInTheLog,
  ];
}

/** The same every time. */
function shuffled<Item>(items: Item[], seed: number): Item[] {
  const random = () => (seed = (seed * 48_271) % 2_147_483_647);
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

describe('the projections', () => {
  it('are the same in whatever order the facts come, and however they are cut into batches', async () => {
    const facts = everything();
    await using inOrder = await Projected.create();
    await (await inOrder.reader()).apply(recordsOf(facts));
    const expected = await inOrder.dump({ offsets: false });
    expect(expected['expectations']).toHaveLength(16);
    for (let seed = 1; seed <= 12; seed++) {
      await using other = await Projected.create();
      const reader = await other.reader();
      const records = recordsOf(shuffled(facts, seed));
      const size = [1, 2, 3, 5, 100][seed % 5] ?? 1;
      while (records.length > 0) await reader.apply(records.splice(0, size));
      expect(await other.dump({ offsets: false })).toEqual(expected);
    }
  });

  it('take a fact once, within a batch and across batches, at its first offset', async () => {
    await using projected = await Projected.create();
    const reader = await projected.reader();
    const facts = everything();
    await reader.apply(recordsOf([...facts, ...facts]));
    const once = await projected.dump();
    await reader.apply(recordsOf(facts, 2 * facts.length));
    const { log_position, ...after } = await projected.dump();
    const { log_position: _, ...before } = once;
    expect(after).toEqual(before);
    const position = { id: 1, next_offset: 3 * facts.length, last_event_id: facts.at(-1)?.id };
    expect(log_position?.map((row) => JSON.parse(row) as unknown)).toEqual([position]);
    const rows = await projected.rows<{ last: string; counted: string }>(
      'SELECT (SELECT max(log_offset) FROM facts) AS last, (SELECT sum(count) FROM facts_per_minute) AS counted',
    );
    expect(rows).toEqual([{ last: String(facts.length - 1), counted: String(facts.length) }]);
  });

  it('keep the first of two facts under one id, say so, and go on', async () => {
    const { counts, dispose } = recordCounts();
    startTelemetry('analytics');
    await using projected = await Projected.create();
    const reader = await projected.reader();
    const [ada, later] = [new Person(), new Person()];
    const { signedUp: first } = ada;
    await reader.apply(recordsOf([first]));
    const before = await projected.rows('SELECT * FROM facts');
    const otherwise = [
      { ...first, data: { ...first.data, userId: later.id } },
      { ...first, source: '/elsewhere' },
      { ...ada.withdrawn(), id: first.id },
    ];
    await reader.apply(recordsOf([...otherwise, first], 1));
    expect(await projected.rows('SELECT * FROM facts')).toEqual(before);
    const dead = { 'messaging.destination.name': EVENT_LOG, outcome: 'dead', reason: 'event-id-reused' };
    expect(counts).toEqual(otherwise.map(() => ({ name: 'tributary.deliveries', attributes: dead })));
    await reader.apply(recordsOf([later.signedUp, { ...later.signedUp, source: '/elsewhere' }], 5));
    expect(counts).toHaveLength(otherwise.length + 1);
    expect(await projected.rows('SELECT signup_id FROM journeys ORDER BY signed_up_at')).toHaveLength(2);
    dispose();
  });

  it('show no journey of which nothing is a fact that somebody here knows', async () => {
    await using projected = await Projected.create();
    const stranger = { ...new Person().signedUp, type: 'user.signed-up.v2' };
    const ada = new Person();
    const guest = { ...ada.provisioned(), type: 'invoice.paid.v1' };
    await (await projected.reader()).apply(recordsOf([...everybodyJoined(), stranger as Event, ada.signedUp, guest]));
    expect(await projected.rows('SELECT correlation_id, facts FROM journeys')).toEqual([
      { correlation_id: ada.signedUp.id, facts: 2 },
    ]);
  });

  it('keep nothing of a batch that fails anywhere, the position included, and take it the next time', async () => {
    await using projected = await Projected.create();
    const reader = await projected.reader();
    const facts = everything();
    await reader.apply(recordsOf(facts.slice(0, 5)));
    const before = await projected.dump();
    await projected.rows(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'not now'; END $$`);
    for (const table of ['facts', 'facts_per_minute', 'expectations', 'journeys']) {
      await projected.rows(`CREATE TRIGGER refuse BEFORE INSERT ON ${table} EXECUTE FUNCTION refuse()`);
      await expect(reader.apply(recordsOf(facts.slice(5), 5))).rejects.toThrow('not now');
      expect(await projected.dump()).toEqual(before);
      await projected.rows(`DROP TRIGGER refuse ON ${table}`);
    }
    expect(await reader.position()).toMatchObject({ next: 5 });
    await reader.apply(recordsOf(facts.slice(5), 5));
    await using atOnce = await Projected.create();
    await (await atOnce.reader()).apply(recordsOf(facts));
    expect(await projected.dump()).toEqual(await atOnce.dump());
  });

  it('are not moved back by a reader that has fallen behind', async () => {
    await using projected = await Projected.create();
    const [stale, current] = [await projected.reader(), await projected.reader()];
    const records = recordsOf(everything());
    await current.apply(records);
    const before = await projected.dump();
    await expect(stale.apply(records.slice(0, 3))).rejects.toThrow(StaleReader);
    expect(await projected.dump()).toEqual(before);
    expect(await stale.position()).toMatchObject({ next: records.length });
  });

  it('are exact although two read at once without knowing of each other', async () => {
    await using projected = await Projected.create();
    const records = recordsOf(Array.from({ length: 60 }, (_, n) => new Person(n).onboarded()).flat());
    let refused = 0;
    const read = async () => {
      const reader = await projected.reader();
      // Each of three can be refused at most once per batch.
      for (let tries = 0; tries < 4 * records.length; tries++) {
        const position = await reader.position();
        const from = position === 'first' ? 0 : position.next;
        if (from === records.length) return;
        await reader.apply(records.slice(from, from + 7)).catch((error: unknown) => {
          if (!(error instanceof StaleReader)) throw error;
          refused += 1;
        });
      }
    };
    await Promise.all([read(), read(), read()]);
    await using alone = await Projected.create();
    await (await alone.reader()).apply(records);
    expect(await projected.dump()).toEqual(await alone.dump());
    expect(refused).toBeGreaterThan(0);
  });

  it('hold nothing personal', async () => {
    await using projected = await Projected.create();
    await (await projected.reader()).apply(recordsOf(everything()));
    const dump = JSON.stringify(await projected.dump());
    for (const value of [...Object.values(personal), 'personal-engines']) expect(dump).not.toContain(value);
    expect(dump).toContain('workspace-ready');
  });

  it('take 20,000 facts', async () => {
    await using projected = await Projected.create();
    const reader = await projected.reader();
    const people = Array.from({ length: 5_000 }, (_, n) => new Person(n / 10).onboarded()).flat();
    const records = recordsOf([...everybodyJoined(), ...shuffled(people, 7)]);
    const began = performance.now();
    for (let from = 0; from < records.length; from += 500) await reader.apply(records.slice(from, from + 500));
    const rate = Math.round(records.length / ((performance.now() - began) / 1_000));
    process.stdout.write(`${records.length} facts projected, ${rate} per second\n`);
    const rows = await projected.rows(
      `SELECT (SELECT count(*)::int FROM facts) AS facts, (SELECT sum(count)::int FROM facts_per_minute) AS counted,
              (SELECT count(*)::int FROM journeys WHERE provisioned_at IS NOT NULL) AS journeys,
              (SELECT count(*)::int FROM expectations WHERE kept_by IS NOT NULL) AS kept`,
    );
    expect(rows).toEqual([{ facts: 20_003, counted: 20_003, journeys: 5_000, kept: 15_000 }]);
  });
});
