import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type Span } from '@tributary/testing';
import { connect, type ChannelModel } from 'amqplib';
import { accountFor, NOTHING_LOST_NOTHING_DOUBLED } from './ledger.ts';
import { listenToRiver, type River } from './river.ts';
import { startWorld, type Person, type World } from './world.ts';

let world: World;
let amqp: ChannelModel;
let river: River;
const accepted: Person[] = [];
const signUp = async (name: string) => {
  const person = await world.signUp(name);
  accepted.push(person);
  return person;
};

beforeAll(async () => {
  world = await startWorld('signup-to-mail');
  amqp = await connect(world.stack.urls.amqp);
  river = await listenToRiver(world.stack.urls.amqp);
});
afterAll(async () => {
  await river[Symbol.asyncDispose]();
  await amqp.close();
  await world[Symbol.asyncDispose]();
});

describe('a signup', () => {
  it('becomes a mail, and the person sees it', async () => {
    const ada = await signUp('ada');
    await eventually(async () => (await world.status(ada)).settled);
    expect((await world.status(ada)).steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'account: done',
      'welcome-mail: done',
    ]);
    expect(world.smtp.mailsTo(ada.email)).toHaveLength(1);
  });

  it('is one trace from the request to the status, message by message, with several in flight', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, (_, n) => signUp(`trace-${n}`)));
    await eventually(async () => (await Promise.all(people.map((it) => world.status(it)))).every((it) => it.settled));
    for (const person of people) {
      const trace = await completeTraceOf(person);
      expect(pathsThrough(trace)).toContainEqual([
        'signup: POST /signups',
        'signup: send events',
        'email: process email.user.signed-up.v1',
        expect.stringMatching(/^email: .*smtp/i),
      ]);
      expect(pathsThrough(trace)).toContainEqual([
        'signup: POST /signups',
        'signup: send events',
        'email: process email.user.signed-up.v1',
        'email: send events',
        'signup: process signup.mail.sent.v1',
      ]);
      // Nothing of anybody else's: one request, two facts, two reactions.
      const conversations = new Set(trace.map((span) => span.attributes['messaging.message.conversation_id']));
      conversations.delete(undefined);
      expect(conversations.size).toBe(1);
    }
    expect(new Set(people.map(traceIdOf)).size).toBe(people.length);
  });
});

describe('the wire', () => {
  it('is enough for a foreign producer: JSON by hand becomes a mail', async () => {
    const userId = randomUUID();
    const email = 'grace@example.org';
    const channel = await amqp.createConfirmChannel();
    channel.publish('events', 'user.signed-up.v1', handmade(randomUUID(), { userId, email }), {});
    await channel.waitForConfirms();
    await channel.close();
    await eventually(() => world.smtp.mailsTo(email).length === 1);
  });

  it('is enough for a foreign consumer: a queue and a JSON parser hear the fact', async () => {
    const edith = await signUp('edith');
    const { event, properties } = await eventually(
      () => river.about(edith.id).find(({ event }) => event.type === 'mail.sent.v1') ?? false,
    );
    expect(event).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: '/email',
      type: 'mail.sent.v1',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      subject: edith.id,
      datacontenttype: 'application/json',
      correlationid: event.causationid,
      causationid: expect.any(String),
      data: { mailId: expect.any(String), userId: edith.id, kind: 'welcome', messageId: expect.any(String) },
    });
    expect(properties).toMatchObject({
      contentType: 'application/cloudevents+json',
      messageId: event.id,
      type: 'mail.sent.v1',
      deliveryMode: 2,
      headers: { traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/) },
    });
  });

  it('carries garbage to the dead letters, with the reason, and the service goes on', async () => {
    const channel = await amqp.createConfirmChannel();
    const publish = (body: string | Buffer) => channel.publish('events', 'user.signed-up.v1', Buffer.from(body), {});
    publish('no json');
    publish(handmade(randomUUID(), { userId: randomUUID(), email: 'two@example.org, three@example.org' }));
    publish(handmade(randomUUID(), {}, { type: 'user.signed-up.v2' }));
    publish(handmade('no uuid', { userId: randomUUID(), email: 'x@example.org' }));
    publish('x'.repeat(10_000_000));
    await channel.waitForConfirms();

    const joan = await signUp('joan');
    await eventually(async () => (await world.status(joan)).settled);
    const reasons: string[] = [];
    await eventually(async () => {
      const message = await channel.get('email.dead', { noAck: true });
      if (message) reasons.push(`${message.properties.headers?.['tributary-reason']}`);
      return reasons.length === 5;
    });
    expect(reasons.sort()).toEqual(['invalid-event', 'invalid-event', 'not-json', 'not-json', 'unknown-type']);
    await channel.close();
  });

  it('leaves nothing lost and nothing doubled behind', async () => {
    await world.quiet(accepted);
    const account = await accountFor(world, accepted);
    // The foreign producer's mail has no user of ours.
    expect(account).toEqual({ ...NOTHING_LOST_NOTHING_DOUBLED, surplusRows: { users: 0, mails: 1 } });
  });
});

function handmade(id: string, data: object, more: object = {}): Buffer {
  const names = { displayName: 'Grace', workspaceName: 'Compilers' };
  return Buffer.from(
    JSON.stringify({
      specversion: '1.0',
      id,
      source: '/elsewhere',
      type: 'user.signed-up.v1',
      time: new Date().toISOString(),
      subject: 'somebody',
      datacontenttype: 'application/json',
      correlationid: id,
      data: { ...names, ...data },
      ...more,
    }),
  );
}

/** The trace that the fact about this person belongs to, as it travelled with the message. */
function traceIdOf({ id }: Person): string {
  const [signedUp] = river.about(id).filter(({ event }) => event.type === 'user.signed-up.v1');
  return String(signedUp?.properties.headers?.['traceparent']).split('-')[1] ?? '';
}

async function completeTraceOf(person: Person): Promise<Span[]> {
  const traceId = traceIdOf(person);
  // Each process exports on its own: the last span of the story may arrive before those above it.
  await eventually(() => {
    const trace = world.spans.trace(traceId);
    const ids = new Set(trace.map(({ spanId }) => spanId));
    const whole = trace.every(({ parentSpanId }) => !parentSpanId || ids.has(parentSpanId));
    return whole && trace.some(({ name }) => name === 'process signup.mail.sent.v1');
  });
  return world.spans.trace(traceId);
}

/** Every way from a root to each span, as `service: name` from top to bottom. A span without its parent starts no path. */
function pathsThrough(trace: Span[]): string[][] {
  const byId = new Map(trace.map((span) => [span.spanId, span]));
  return trace.map((span) => {
    const path: string[] = [];
    for (let it: Span | undefined = span; it; it = it.parentSpanId ? byId.get(it.parentSpanId) : undefined) {
      path.unshift(`${it.service}: ${it.name}`);
      if (it.parentSpanId && !byId.has(it.parentSpanId)) path.unshift('(missing)');
    }
    return path;
  });
}
