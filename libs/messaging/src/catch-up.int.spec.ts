import { describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { type Event, MailSent, UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, testVhost } from '@tributary/testing';
import { announcementOf } from './announcement.ts';
import { applyTopology } from './apply-topology.ts';
import { catchUp, type CatchUpOptions } from './catch-up.ts';
import { EVENT_LOG, Header } from './names.ts';
import { On } from './on.ts';
import { eventLog } from './queue-arguments.ts';
import { QUEUE, rawClient } from './service.fixture.ts';
import { topologyOf } from './topology.ts';

@Controller()
class Both {
  @On(UserSignedUp) async one(_event: UserSignedUp): Promise<void> {}
  @On(MailSent) async two(_event: MailSent): Promise<void> {}
}
const service = { service: 'email', handlers: [Both] };
const topology = topologyOf({ ...service, retryDelaysMs: [50] });
const MAILS = 'email.mail.sent.v1';

/** A service that is set up and does not run. */
async function stage() {
  const vhost = await testVhost();
  await applyTopology(vhost.url, topology);
  const raw = await rawClient(vhost.url);
  const options = { topology, since: 'first', handled: async () => new Set<string>() } as const;
  const run = (more: Partial<CatchUpOptions> = {}) =>
    catchUp({ url: vhost.url, ...options, marker: () => announcementOf(service), ...more });
  const state = (event: Event) => raw.publish(event).then(() => event);
  /** Takes everything out of the queue. */
  const taken = async (queue: string) => {
    const messages = [];
    for (let next = await raw.take(queue); next; next = await raw.take(queue)) messages.push(next);
    return messages;
  };
  const ids = async (queue: string) => (await taken(queue)).map(({ properties }) => properties.messageId as string);
  const dispose = async () => {
    await raw.close();
    await vhost.delete();
  };
  return { vhost, raw, run, state, taken, ids, [Symbol.asyncDispose]: dispose };
}

describe('catching up', () => {
  it('puts into the queues what the service hears and has not handled, and nothing else', async () => {
    await using on = await stage();
    const [handled, missed] = [
      await on.state(exampleEvent(UserSignedUp)),
      await on.state({ ...exampleEvent(UserSignedUp), id: 'ABCDEF00-0000-4000-8000-000000000001' }),
    ];
    const mail = await on.state(exampleEvent(MailSent));
    await on.state({ ...exampleEvent(MailSent), type: 'nobody.hears-it.v1' });
    await on.raw.publishRaw('user.signed-up.v1', Buffer.from('not json'));
    // Whoever may state one noun must not get another one into a queue this way.
    await on.raw.publishRaw('nobody.hears-it.v1', Buffer.from(JSON.stringify(exampleEvent(UserSignedUp))));
    for (const queue of [QUEUE, MAILS]) await on.taken(queue);
    const asked: string[] = [];
    const progress = await on.run({
      handled: async (ids) => {
        asked.push(...ids);
        return new Set([handled.id]);
      },
    });
    expect(await on.ids(QUEUE)).toEqual([missed.id]);
    expect(await on.ids(MAILS)).toEqual([mail.id]);
    expect(asked).toEqual([handled.id, missed.id.toLowerCase(), mail.id]);
    expect(progress).toEqual({ read: 8, heard: 3, missing: 2 }); // two of the eight are its own markers
  });

  it('puts them back as they were: bytes, headers and properties, but what the broker added', async () => {
    await using on = await stage();
    const event = exampleEvent(UserSignedUp);
    const body = Buffer.from(`${JSON.stringify(event, undefined, 2)}\n`);
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const headers = { [Header.publishedAt]: 1_790_000_000_123, traceparent, 'x-foreign': 1 };
    const properties = { messageId: event.id, type: event.type, contentType: 'application/cloudevents+json' };
    await on.raw.publishRaw(event.type, body, { ...properties, timestamp: 1_790_000_000, headers });
    await on.taken(QUEUE);
    await on.run();
    const [message, ...others] = await on.taken(QUEUE);
    expect(others).toEqual([]);
    expect(message?.content).toEqual(body);
    expect(message?.fields).toMatchObject({ exchange: 'email.return', routingKey: QUEUE });
    expect(message?.properties).toMatchObject({ ...properties, timestamp: 1_790_000_000, deliveryMode: 2 });
    const { 'x-delivery-count': _, ...left } = message?.properties.headers ?? {};
    expect(left).toEqual({ [Header.publishedAt]: 1_790_000_000_123, traceparent });
  });

  it('tells when the log begins later than it is asked to read from, and not otherwise', async () => {
    await using on = await stage();
    const began = new Date(Date.now() - 3_600_000);
    expect(await on.run({ since: began })).not.toHaveProperty('beginsAt');
    await on.raw.channel.deleteQueue(EVENT_LOG);
    const small = { ...eventLog(), 'x-max-length-bytes': 100_000, 'x-stream-max-segment-size-bytes': 50_000 };
    await on.raw.channel.assertQueue(EVENT_LOG, { arguments: small });
    await on.raw.channel.bindQueue(EVENT_LOG, 'events', '#');
    const time = new Date(Date.now() - 60_000).toISOString();
    for (let i = 0; i < 20; i++)
      await Promise.all(Array.from({ length: 100 }, () => on.state({ ...exampleEvent(UserSignedUp), time })));
    expect((await on.run({ since: 'first' })).beginsAt).toBe(time);
    expect((await on.run({ since: began })).beginsAt).toBe(time);
    expect(await on.run({ since: new Date() })).not.toHaveProperty('beginsAt');
  });

  it('takes only the types it is asked for', async () => {
    await using on = await stage();
    await on.state(exampleEvent(UserSignedUp));
    const mail = await on.state(exampleEvent(MailSent));
    for (const queue of [QUEUE, MAILS]) await on.taken(queue);
    expect(await on.run({ only: [MailSent.type] })).toMatchObject({ heard: 1, missing: 1 });
    expect([await on.ids(QUEUE), await on.ids(MAILS)]).toEqual([[], [mail.id]]);
  });

  it('binds the queues first, and gets what is stated at the same time from one way or the other', async () => {
    await using on = await stage();
    await on.vhost.management.deleteBinding('events', QUEUE);
    const stated: string[] = [];
    let stating = true;
    const stream = (async () => {
      while (stating) stated.push((await on.state(exampleEvent(UserSignedUp))).id);
    })();
    await eventually(() => stated.length > 50);
    await on.run();
    const before = stated.length;
    await eventually(() => stated.length > before);
    stating = false;
    await stream;
    const got = await on.ids(QUEUE);
    expect(new Set(got)).toEqual(new Set(stated));
  });

  it('tells how far it is', async () => {
    await using on = await stage();
    for (let i = 0; i < 600; i++) await on.state(exampleEvent(UserSignedUp));
    const told: number[] = [];
    await on.run({ onProgress: ({ read }) => told.push(read) });
    expect(told.length).toBeGreaterThan(2);
    expect(told.at(-1)).toBe(602);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it('says what is missing instead of putting facts where nobody finds them', async () => {
    await using on = await stage();
    await on.state(exampleEvent(UserSignedUp));
    await on.vhost.management.deleteQueue(QUEUE);
    await expect(on.run()).rejects.toThrow(`queue ${QUEUE} is missing: run setup`);
    expect(await on.ids('email.dead')).toEqual([]);
    await applyTopology(on.vhost.url, topology);
    await on.vhost.management.deleteBinding('events', EVENT_LOG);
    await expect(on.run()).rejects.toThrow('no queue is bound for message');
    await on.vhost.management.deleteQueue(EVENT_LOG);
    await expect(on.run()).rejects.toThrow(`queue ${EVENT_LOG} is missing: run setup`);
  });

  it('ends when it is told to', async () => {
    await using on = await stage();
    await on.state(exampleEvent(UserSignedUp));
    const stopping = new AbortController();
    const handled = async () => {
      stopping.abort(new Error('enough'));
      return new Set<string>();
    };
    await expect(on.run({ handled, signal: stopping.signal })).rejects.toThrow('enough');
  });
});
