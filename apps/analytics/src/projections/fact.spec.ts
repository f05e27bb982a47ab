import { describe, expect, it } from '@jest/globals';
import { catalog, type Event, MailSent, ServiceJoined, UserSignedUp, UserWithdrawn } from '@tributary/contracts';
import { exampleEvent } from '@tributary/testing';
import { factOf } from './fact.ts';
import { joined, recordsOf } from './records.fixture.ts';

const kept = (event: Event, more: object = {}) => {
  const [record] = recordsOf([event], 7);
  if (!record) throw new Error('no record');
  return factOf({ ...record, ...more });
};

describe('what is kept of a fact', () => {
  it('is who stated what about whom, when, and why', () => {
    const cause = exampleEvent(UserSignedUp);
    const event = exampleEvent(MailSent, { kind: 'workspace-ready' }, cause);
    expect(kept(event)).toEqual({
      event_id: event.id,
      log_offset: 7,
      type: 'mail.sent.v1',
      service: 'email',
      subject: event.data.userId,
      correlation_id: cause.id,
      causation_id: cause.id,
      stated_at: event.time,
      published_at: new Date(Date.parse(event.time) + 5).toISOString(),
      trace_id: cause.id.replaceAll('-', ''),
      trace_sampled: true,
      details: event.data,
    });
  });

  it.each(catalog.map((contract) => [contract.type, contract] as const))('%s: no personal data', (_type, contract) => {
    const event = exampleEvent(contract);
    const { details, ...rest } = kept(event);
    const personal = ['email', 'displayName', 'workspaceName', 'name', 'slug'];
    const expected = Object.entries(event.data).filter(([field]) => !personal.includes(field));
    expect(details).toEqual(Object.fromEntries(expected));
    for (const field of personal) {
      if (event.data[field]) expect(JSON.stringify(rest)).not.toContain(event.data[field]);
    }
  });

  it('has the promises a service has made, and no field its contract does not name', () => {
    const event = joined('email');
    const more = { ...event, data: { ...event.data, host: 'ada', hears: [{ ...event.data.hears[0], note: 'ada' }] } };
    expect(kept(more as Event).details).toEqual({ ...event.data, hears: [event.data.hears[0]] });
  });

  it('is nothing of the data of a type that nobody knows, nor what its subject says', () => {
    const event = { ...exampleEvent(UserSignedUp), type: 'order.placed.v1', subject: 'ada@example.com' };
    expect(kept(event)).toMatchObject({ type: 'order.placed.v1', subject: null, details: {} });
  });

  it('is nothing of data that is not as its contract says', () => {
    const event = { ...exampleEvent(UserSignedUp), data: { userId: 'ada@example.com' }, subject: 'ada@example.com' };
    expect(kept(event as Event)).toMatchObject({ type: 'user.signed-up.v1', subject: null, details: {} });
  });

  it.each([
    ['a type that is no name', { type: 'Ada Lovelace' }, { type: 'unknown' }],
    ['a type with U+0000', { type: 'a\0.b.v1' }, { type: 'unknown' }],
    ['an endless type', { type: `a.${'b'.repeat(1_000)}.v1` }, { type: 'unknown' }],
    ['a source that is no service', { source: 'mailto:ada@example.com' }, { service: 'unknown' }],
    ['a correlation id that is no id', { correlationid: 'ada@example.com' }, { correlation_id: null }],
    ['a cause that is no id', { causationid: 'ada@example.com' }, { causation_id: null }],
    ['the year 0', { time: '0000-01-01T00:00:00Z' }, { stated_at: '1970-01-01T00:00:00.000Z' }],
    ['the end of time', { time: '9999-12-31T23:59:59-23:00' }, { stated_at: '2100-01-01T00:00:00.000Z' }],
  ])('can be stored: %s', (_what, change, expected) => {
    expect(kept({ ...exampleEvent(UserWithdrawn), ...change })).toMatchObject(expected);
  });

  it.each([
    ['01', true],
    ['00', false],
    ['03', true],
    ['02', false],
  ])('says whether the trace was sampled: flags %s', (flags, sampled) => {
    const traceparent = `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-${flags}`;
    const trace_id = '0af7651916cd43dd8448eb211c80319c';
    expect(kept(exampleEvent(UserSignedUp), { traceparent })).toMatchObject({ trace_id, trace_sampled: sampled });
  });

  it.each([`00-${'0'.repeat(32)}-b7ad6b7169203331-01`, '00-0af7651916cd43dd8448eb211c80319c-nonsense'])(
    'has no trace where there is none: %s',
    (traceparent) => {
      const none = { trace_id: null, trace_sampled: null };
      expect(kept(exampleEvent(UserSignedUp), { traceparent })).toMatchObject(none);
    },
  );

  it('does without the time of publishing and the trace where there is none', () => {
    const event = exampleEvent(ServiceJoined);
    expect(kept(event, { publishedAt: undefined, traceparent: 'none' })).toMatchObject({
      published_at: null,
      trace_id: null,
      trace_sampled: null,
    });
  });
});
