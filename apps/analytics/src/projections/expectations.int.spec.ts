import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Event, MailFailed, MailSent, ServiceJoined, UserSignedUp } from '@tributary/contracts';
import { exampleEvent } from '@tributary/testing';
import { Projected } from './projected.fixture.ts';
import type { Projection } from './projection.ts';
import { beginning, everybodyJoined, fact, joined, Person, recordsOf } from './records.fixture.ts';

let projected: Projected;
let reader: Projection;
let read = 0;

beforeEach(async () => {
  projected = await Projected.create();
  reader = await projected.reader();
  read = 0;
});
afterEach(() => projected[Symbol.asyncDispose]());

async function hear(...events: Event[]): Promise<void> {
  await reader.apply(recordsOf(events, read));
  read += events.length;
}

const seconds = (at: number) => new Date(beginning.getTime() + at * 1_000);

const expectations = () =>
  projected.rows(
    `SELECT service, type, since, due_at, kept_at, latency_ms, waived_at FROM expectations ORDER BY since, service, type, kept_at`,
  );

describe('a promise', () => {
  it('is open until the fact it names is stated, with the time it took', async () => {
    const person = new Person();
    await hear(joined('email'), person.signedUp);
    const open = { service: 'email', since: seconds(0), due_at: seconds(60), kept_at: null, latency_ms: null };
    expect(await expectations()).toMatchObject([open]);
    await hear(person.mail(person.signedUp, 'welcome', 1.5));
    expect(await expectations()).toMatchObject([{ ...open, kept_at: seconds(1.5), latency_ms: 1_500 }]);
  });

  it('is kept by any of its facts, and by the first of several', async () => {
    const person = new Person();
    await hear(joined('email'), person.signedUp, person.mail(person.signedUp, 'welcome', 9));
    await hear(fact(MailFailed, 4, { userId: person.id }, person.signedUp));
    expect(await expectations()).toMatchObject([{ kept_at: seconds(4), latency_ms: 4_000 }]);
  });

  it('is not kept by somebody else, by another fact, or by a reaction to something else', async () => {
    const [person, other] = [new Person(), new Person()];
    await hear(joined('email'), person.signedUp, person.provisioned());
    await hear({ ...person.mail(person.signedUp), source: '/post' }, other.mail(other.signedUp));
    expect(await expectations()).toMatchObject([{ kept_at: null }, { kept_at: null }]);
  });

  it('holds for what was stated before the service joined, from then on', async () => {
    const [waiting, done] = [new Person(), new Person(1)];
    await hear(waiting.signedUp, done.signedUp, done.mail(done.signedUp));
    expect(await expectations()).toEqual([]);
    await hear(joined('email', 100));
    const late = { since: seconds(100), due_at: seconds(160), latency_ms: null };
    expect(await expectations()).toMatchObject([
      { ...late, kept_at: seconds(2) },
      { ...late, kept_at: null },
    ]);
    await hear(waiting.mail(waiting.signedUp, 'welcome', 130));
    expect((await expectations()).map(({ kept_at }) => kept_at)).toContainEqual(seconds(130));
  });

  it('is not younger because the service has started again', async () => {
    await hear(joined('email'), new Person().signedUp, joined('email', 30));
    expect(await expectations()).toMatchObject([{ since: seconds(0), due_at: seconds(60) }]);
  });

  it('is the one the service has made last, however the facts arrive', async () => {
    const hears = [{ type: UserSignedUp.type, promises: [MailSent.type], withinMs: 5_000 }];
    const changed = fact(ServiceJoined, 10, { service: 'email', readsLog: false, hears });
    const person = new Person(20);
    await hear(changed, person.signedUp, joined('email'), person.provisioned());
    expect(await expectations()).toMatchObject([{ type: 'user.signed-up.v1', due_at: seconds(25) }]);
    await hear(fact(ServiceJoined, 20, { service: 'email', readsLog: false, hears: [] }));
    expect(await expectations()).toEqual([]);
    expect(await projected.rows('SELECT FROM subscriptions')).toEqual([]);
  });

  it('cannot be made for another service', async () => {
    await hear({ ...joined('email'), source: '/signup' }, new Person().signedUp);
    expect(await expectations()).toEqual([]);
  });

  it('without a time is open and never late', async () => {
    const hears = [{ type: UserSignedUp.type, promises: [MailSent.type] }];
    await hear(fact(ServiceJoined, 0, { service: 'email', readsLog: false, hears }), new Person().signedUp);
    expect(await expectations()).toMatchObject([{ due_at: null, kept_at: null }]);
  });

  it('is moot once the person has withdrawn, but for what that asks for', async () => {
    const person = new Person();
    await hear(...everybodyJoined(), person.signedUp, person.provisioned());
    await hear(person.withdrawn());
    const waived_at = seconds(30);
    expect(await expectations()).toMatchObject([
      { service: 'email', type: 'user.signed-up.v1', kept_at: null, waived_at },
      { service: 'workspace-provisioning', type: 'user.signed-up.v1', kept_at: seconds(2), waived_at: null },
      { service: 'email', type: 'workspace.provisioned.v1', kept_at: null, waived_at },
      { service: 'email', type: 'user.withdrawn.v1', kept_at: null, waived_at: null },
      { service: 'workspace-provisioning', type: 'user.withdrawn.v1', kept_at: null, waived_at: null },
    ]);
  });
});

it('counts a fact of a type that nobody knows, and keeps nothing it says', async () => {
  const event = { ...exampleEvent(UserSignedUp), type: 'order.placed.v1', source: '/shop' };
  await hear({ ...event, subject: 'ada@example.com', data: { card: 'ada@example.com' } } as Event);
  expect(await projected.rows('SELECT service, type, count FROM facts_per_minute')).toEqual([
    { service: 'shop', type: 'order.placed.v1', count: 1 },
  ]);
  expect(JSON.stringify(await projected.dump())).not.toContain('ada@');
});

it('knows a journey without its beginning by what is left of it', async () => {
  const person = new Person();
  const [, ...rest] = person.onboarded();
  await hear(...everybodyJoined(), ...rest);
  expect(await projected.rows('SELECT signup_id, signed_up_at, welcomed_at, facts FROM journeys')).toEqual([
    { signup_id: person.id, signed_up_at: null, welcomed_at: seconds(1), facts: 3 },
  ]);
});
