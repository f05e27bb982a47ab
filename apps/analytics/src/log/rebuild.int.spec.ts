import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Event } from '@tributary/contracts';
import { AnalyticsSystem } from '../analytics-system.fixture.ts';
import { LogTooShort } from '../errors.ts';
import { everybodyJoined, Person } from '../projections/records.fixture.ts';
import { rebuild } from './rebuild.ts';

let system: AnalyticsSystem;
let told: string[];
beforeEach(async () => {
  system = await AnalyticsSystem.create();
  told = [];
});
afterEach(() => system[Symbol.asyncDispose]());

const everything = (count: number): Event[] => [
  ...everybodyJoined(),
  ...Array.from({ length: count }, (_, n) => [new Person(n).onboarded(), new Person(n).recovered()]).flat(2),
  ...new Person(5).left(),
  new Person(7).signedUp,
];

const remember = (sentence: string) => void told.push(sentence);
const run = ({ acceptLoss = false, signal = new AbortController().signal, tell = remember } = {}) =>
  rebuild({ config: system.config, acceptLoss, tell, signal });

/** As a first process leaves it that read these facts and ended. */
async function readOnce(facts: Event[]): Promise<void> {
  await using _replica = await system.start();
  for (let from = 0; from < facts.length; from += 100) {
    await system.publish(...facts.slice(from, from + 100), ...facts.slice(0, 5));
    await system.hasRead(Math.min(from + 100, facts.length));
  }
}

describe('a rebuild', () => {
  it('gives the same tables, field by field, when nobody serves', async () => {
    await readOnce(everything(20));
    const before = await system.projected.dump();
    await run();
    expect(await system.projected.dump()).toEqual(before);
    expect(told.at(0)).toMatch(/^the projections are empty, reading the log up to offset \d+$/);
    expect(told.at(-1)).toMatch(/^done: read up to offset \d+$/);
  });

  it('gives the same tables while a process serves, which stands by and then reads on', async () => {
    const facts = everything(20);
    await using replica = await system.start();
    await system.publish(...facts);
    await system.hasRead(facts.length);
    const before = await system.projected.dump();
    const roles: string[] = [];
    await run({ tell: () => void roles.push(replica.reader.role) });
    expect(await system.projected.dump()).toEqual(before);
    expect(new Set(roles)).toEqual(new Set(['standby']));
    await system.publish(...new Person().onboarded());
    await system.hasRead(facts.length + 4);
  });

  it('repairs what is wrong in the tables', async () => {
    await readOnce(everything(3));
    const before = await system.projected.dump();
    await system.projected.rows(`UPDATE journeys SET welcomed_at = NULL`);
    await system.projected.rows(`DELETE FROM expectations`);
    await run();
    expect(await system.projected.dump()).toEqual(before);
  });

  it.each(['serving process', 'rebuild'])('ended halfway is finished by the next %s', async (successor) => {
    await readOnce(everything(150));
    const before = await system.projected.dump();
    await system.projected.rows(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$`);
    await system.projected.rows('CREATE TRIGGER slow AFTER INSERT ON facts EXECUTE FUNCTION slow()');
    const ended = new AbortController();
    const tell = (sentence: string) => void (sentence.startsWith('read up to') && ended.abort());
    await expect(run({ signal: ended.signal, tell })).rejects.toThrow(/the next reader goes on from there/);
    await system.projected.rows('DROP FUNCTION slow CASCADE');
    const [part] = await system.projected.rows<{ facts: number }>('SELECT count(*)::int AS facts FROM facts');
    expect(part?.facts).toBeGreaterThan(0);
    expect(part?.facts).toBeLessThan(before['facts']?.length ?? 0);
    if (successor === 'rebuild') await run();
    await using _replica = await system.start();
    await system.hasRead(before['facts']?.length ?? 0);
    const { log_position: _, ...after } = await system.projected.dump();
    const { log_position: __, ...expected } = before;
    expect(after).toEqual(expected);
  });

  it('refuses where the log does not reach back any more, says what would be lost, and changes nothing', async () => {
    await system.replaceLog({ small: true });
    const facts = everything(60);
    await readOnce(facts);
    const before = await system.projected.dump();
    await expect(run()).rejects.toThrow(LogTooShort);
    await expect(run()).rejects.toThrow(
      /begins with offset [1-9]\d*, .*: [1-9]\d* older facts of [1-9]\d* journeys are not in it any more, the oldest stated at \d{4}-/,
    );
    expect(await system.projected.dump()).toEqual(before);

    await run({ acceptLoss: true });
    const [after] = await system.projected.rows<{ facts: number }>('SELECT count(*)::int AS facts FROM facts');
    expect(after?.facts).toBeGreaterThan(0);
    expect(after?.facts).toBeLessThan(facts.length);
    expect(told[0]).toContain('are not in it any more');
  });

  it('refuses where the log is another one, and one that is empty', async () => {
    await readOnce(everything(3));
    const before = await system.projected.dump();
    await system.replaceLog();
    await expect(run()).rejects.toThrow(/the event log is empty: 41 older facts/);
    await system.publish(new Person().signedUp);
    await expect(run()).rejects.toThrow(/begins with offset 0, .*: 41 older facts/);
    expect(await system.projected.dump()).toEqual(before);
    await run({ acceptLoss: true });
    expect(await system.projected.rows('SELECT count(*)::int AS facts FROM facts')).toEqual([{ facts: 1 }]);
  });

  it('is not done while the first batch takes long', async () => {
    await readOnce(everything(100));
    const before = await system.projected.dump();
    await system.projected.rows(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NOT EXISTS (SELECT FROM journeys) THEN PERFORM pg_sleep(7); END IF; RETURN NULL; END $$`);
    await system.projected.rows('CREATE TRIGGER slow AFTER INSERT ON facts EXECUTE FUNCTION slow()');
    await run();
    expect(await system.projected.dump()).toEqual(before);
  });

  it('has nothing to do where nothing was read', async () => {
    await run();
    expect(told).toEqual(['nothing has been read yet: there is nothing to rebuild']);
  });
});
