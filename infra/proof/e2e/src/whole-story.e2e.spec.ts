import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectAmqp, eventually } from '@tributary/testing';
import type { ChannelModel } from 'amqplib';
import { type Journey, projections, rebuild } from './analytics.ts';
import { GuestService } from './guest-service.ts';
import type { Signup } from './ledger/ledger.ts';
import { mix } from './ledger/mix.ts';
import { CLEAN, summary } from './ledger/verdict.ts';
import { sources } from './repository.ts';
import { listenToRiver, type River } from './river.ts';
import { settled } from './settle.ts';
import { TRACE_OF_A_SIGNUP, traceIdOf, wholeTrace } from './trace.ts';
import { handmade } from './wire.ts';
import { PATIENT_WITH_MAIL, startWorld, type Status, type World } from './world.ts';

const BILLING = fileURLToPath(new URL('../fixtures/billing', import.meta.url));
/** Of the mix: `SIGNUPS=5000 SEED=42` for a longer run of the same test. */
const SIGNUPS = Number(process.env['SIGNUPS'] ?? 150);
const SEED = Number(process.env['SEED'] ?? 7);

let world: World;
let river: River;
let amqp: ChannelModel;

beforeAll(async () => {
  world = await startWorld({ label: 'whole-story', environment: PATIENT_WITH_MAIL });
  river = await listenToRiver(world.stack.urls.amqp);
  amqp = await connectAmqp(world.stack.urls.amqp);
});
afterAll(async () => {
  await river[Symbol.asyncDispose]();
  await amqp.close();
  await world[Symbol.asyncDispose]();
});

const statusOf = ({ id }: Signup) => world.get<Status>('signup', `/signups/${id}`);
const inTheEnd = async (signup: Signup) =>
  eventually(async () => {
    const status = await statusOf(signup);
    return status.settled && status.steps.map(({ name, state }) => `${name}: ${state}`);
  });

describe('a signup', () => {
  it('is reacted to by all four services, and the page shows it', async () => {
    const ada = await world.signUp('ada');
    expect(await inTheEnd(ada)).toEqual([
      'account: done',
      'welcome-mail: done',
      'workspace: done',
      'workspace-mail: done',
    ]);
    const reactions = [
      'user.signed-up.v1 ← /signup',
      'workspace.provisioned.v1 ← /workspace-provisioning',
      'mail.sent.v1 welcome ← /email',
      'mail.sent.v1 workspace-ready ← /email',
    ];
    expect(river.saidAbout(ada.id)).toEqual(reactions.sort());
    const journey = await eventually(async () => {
      const answer = await world.get<Journey>('analytics', `/journeys/${ada.id}`);
      return answer.status === 'completed' && answer.facts.length === reactions.length && answer;
    });
    expect(journey.expected).toEqual([]);
    expect(
      world.smtp
        .mailsTo(ada.address)
        .map(({ headers }) => headers['subject'])
        .sort(),
    ).toEqual(['Welcome, Person ada', 'Your workspace Engines is ready']);
  });

  it('goes on with another name after a failure, and ends when the person withdraws', async () => {
    const grace = await world.signUp('grace', { workspaceNames: ['admin', 'Engines'], withdraws: 'when-settled' });
    // The mail about the failure is left out: the page does not wait for it, and the withdrawal may come first.
    await eventually(() =>
      expect(river.saidAbout(grace.id).filter((said) => !said.includes('workspace-failed'))).toEqual([
        'mail-address.forgotten.v1 ← /email',
        'mail.sent.v1 welcome ← /email',
        'mail.sent.v1 workspace-ready ← /email',
        'user.signed-up.v1 ← /signup',
        'user.withdrawn.v1 ← /signup',
        'workspace-name.chosen.v1 ← /signup',
        'workspace.provisioned.v1 ← /workspace-provisioning',
        'workspace.provisioning-failed.v1 ← /workspace-provisioning',
        'workspace.removed.v1 ← /workspace-provisioning',
      ]),
    );
    const conversations = new Set(river.about(grace.id).map(({ event }) => event.correlationid));
    expect(conversations.size).toBe(1);
  });

  it('is one trace through all four services, message by message, with several in flight', async () => {
    const names = Array.from({ length: 8 }, (_, n) => `trace-${n}`);
    const people = await Promise.all(names.map((name) => world.signUp(name)));
    await Promise.all(people.map(inTheEnd));
    for (const person of people) {
      const trace = await wholeTrace(world, traceIdOf(river, person), TRACE_OF_A_SIGNUP);
      // Nothing of anybody else's.
      const conversations = new Set(trace.map((span) => span.attributes['messaging.message.conversation_id']));
      conversations.delete(undefined);
      expect(conversations.size).toBe(1);
    }
    expect(new Set(people.map((person) => traceIdOf(river, person))).size).toBe(people.length);
  });
});

describe('analytics', () => {
  it('is down while people do all that people do: nobody else notices, and it catches up', async () => {
    await world.stack.kill('analytics');
    await world.stack.kill('analytics-relay');
    const people = await world.play(mix(SEED, SIGNUPS));
    expect(people.length).toBeGreaterThan(SIGNUPS / 2);

    await world.stack.start('analytics');
    await world.stack.start('analytics-relay');
    const verdict = await settled(world);
    console.log(summary(world.ledger, verdict));
    expect(verdict).toMatchObject({ ...CLEAN, extraCopies: 0 });
  });

  it('rebuilds from the log what it knew, field by field', async () => {
    const before = await projections(world);
    expect(before['facts']?.length).toBeGreaterThan(SIGNUPS * 4);
    expect(await rebuild(world)).toContain('the projections are empty');
    const after = await projections(world);
    for (const table of Object.keys(before)) expect([table, after[table]]).toEqual([table, before[table]]);
  });
});

describe('a fifth service', () => {
  let billing: GuestService;
  afterAll(async () => {
    await billing[Symbol.asyncDispose]();
  });
  const trials = async () =>
    (await world.query<{ user_id: string }>('billing', 'SELECT user_id FROM trials')).map((row) => row.user_id);
  const staying = () => world.ledger.accepted.filter(({ withdrawn }) => !withdrawn).map(({ id }) => id);
  const startedFor = ({ id }: Signup) => river.about(id).filter(({ event }) => event.type === 'trial.started.v1');

  it('joins the running system: set up, caught up with all that was, and live', async () => {
    const pids = () => world.stack.status().map(({ name, pid }) => `${name} ${pid}`);
    const before = pids();
    billing = await GuestService.admit(world, 'billing', BILLING);
    expect(await billing.command('setup')).toContain('billing.user.signed-up.v1');
    expect(await billing.command('catch-up', '--since', 'first')).toContain('caught up');
    await billing.start('relay');
    await billing.start('serve');
    await eventually(async () => expect((await trials()).sort()).toEqual(staying().sort()), { timeoutMs: 30_000 });

    const late = await world.signUp('late');
    await eventually(async () => (await trials()).includes(late.id));
    // Nothing was restarted for it, nothing set up again.
    expect(pids()).toEqual(before);
  });

  it('starts one trial per signup, also when it reads history once more', async () => {
    expect(await billing.command('catch-up', '--since', 'first')).toContain(' 0 put into the queues');
    await eventually(() => world.ledger.accepted.every((it) => it.withdrawn || startedFor(it).length === 1));
    for (const signup of world.ledger.accepted) expect(startedFor(signup).length).toBeLessThan(2);
    expect((await trials()).sort()).toEqual(staying().sort());
  });

  it('is seen by analytics, which was told nothing: its promise, the promise kept, its fact in the journeys', async () => {
    const services = await world.get<{ service: string; hears: object[] }[]>('analytics', '/services');
    expect(services.find(({ service }) => service === 'billing')?.hears).toContainEqual({
      type: 'user.signed-up.v1',
      promises: ['trial.started.v1'],
      withinMs: 60_000,
    });
    const ada = world.ledger.accepted.find(({ who }) => who === 'ada');
    await eventually(async () => {
      const { facts, expected } = await world.get<Journey>('analytics', `/journeys/${ada?.id}`);
      expect(facts.map(({ type, service }) => `${type} ← ${service}`)).toContain('trial.started.v1 ← billing');
      expect(expected).toEqual([]);
    });
    await eventually(async () => expect(await world.get('analytics', '/journeys?stuck=true')).toEqual([]));
  });

  it('is named nowhere else', () => {
    const mentions = sources('apps', 'libs', 'infra').filter((file) =>
      /trial\.started|TrialStarted|billing\.user/.test(readFileSync(file, 'utf8')),
    );
    const elsewhere = mentions.filter((file) => !file.startsWith(BILLING) && file !== fileURLToPath(import.meta.url));
    expect(mentions).toContain(join(BILLING, 'src', 'trial-started.ts'));
    expect(elsewhere).toEqual([]);
  });
});

describe('the wire', () => {
  it('is enough for a foreign producer: JSON by hand becomes a mail', async () => {
    const [userId, email] = [randomUUID(), 'grace@example.org'];
    const channel = await amqp.createConfirmChannel();
    channel.publish('events', 'user.signed-up.v1', handmade({ userId, email }), {});
    await channel.waitForConfirms();
    await channel.close();
    await eventually(() => world.smtp.mailsTo(email).length === 2);
  });

  it('is enough for a foreign consumer: a queue and a JSON parser hear the fact', async () => {
    const edith = await world.signUp('edith');
    const heard = () => river.about(edith.id).find(({ event }) => event.type === 'mail.sent.v1') ?? false;
    const { event, properties } = await eventually(heard);
    expect(event).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: '/email',
      type: 'mail.sent.v1',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      subject: edith.id,
      datacontenttype: 'application/json',
      correlationid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      causationid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      data: { mailId: expect.any(String), userId: edith.id, kind: expect.any(String), messageId: expect.any(String) },
    });
    expect(properties).toMatchObject({
      contentType: 'application/cloudevents+json',
      messageId: event.id,
      type: 'mail.sent.v1',
      deliveryMode: 2,
      headers: { traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/) },
    });
  });

  it('carries garbage to the dead letters, with the reason, and the services go on', async () => {
    const channel = await amqp.createConfirmChannel();
    const publish = (body: string | Buffer) => channel.publish('events', 'user.signed-up.v1', Buffer.from(body), {});
    publish('no json');
    publish(handmade({ userId: randomUUID(), email: 'two@example.org, three@example.org' }));
    publish(handmade({}, { type: 'user.signed-up.v2' }));
    publish(handmade({ userId: randomUUID(), email: 'x@example.org' }, { id: 'no uuid' }));
    publish('x'.repeat(10_000_000));
    await channel.waitForConfirms();

    expect(await inTheEnd(await world.signUp('joan'))).toContain('workspace-mail: done');
    for (const queue of ['email.dead', 'workspace-provisioning.dead']) {
      const reasons: string[] = [];
      await eventually(async () => {
        const message = await channel.get(queue, { noAck: true });
        if (message) reasons.push(`${message.properties.headers?.['tributary-reason']}`);
        return reasons.length === 5;
      });
      expect(reasons.sort()).toEqual(['invalid-event', 'invalid-event', 'not-json', 'not-json', 'unknown-type']);
    }
    await channel.close();
  });
});
