import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectAmqp, eventually } from '@tributary/testing';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { mix } from '../ledger/mix.ts';
import { reached } from '../settle.ts';
import { handmade } from '../wire.ts';
import { PATIENT_WITH_MAIL, startWorld, type World } from '../world.ts';
import { hostileHeaders, hostileMessages } from './hostile-messages.ts';
import { addressesIn, OUR_HEADERS } from './mail-parts.ts';

const HEARERS = ['email', 'workspace-provisioning'];

let world: World;
let amqp: ChannelModel;
let channel: ConfirmChannel;
let processes: string[];
const running = () => world.stack.status().map(({ name, state, pid }) => `${name} ${state} ${pid}`);
const publish = (body: Buffer, headers = {}) => channel.publish('events', 'user.signed-up.v1', body, { headers });

beforeAll(async () => {
  world = await startWorld({ label: 'edge-messages', environment: PATIENT_WITH_MAIL });
  amqp = await connectAmqp(world.stack.urls.amqp);
  channel = await amqp.createConfirmChannel();
  processes = running();
});
afterAll(async () => {
  await amqp.close();
  await world[Symbol.asyncDispose]();
});

/** Takes the dead letters away. @returns why each is dead, sorted */
async function takeDead(service: string, count: number): Promise<string[]> {
  const reasons: string[] = [];
  await eventually(
    async () => {
      const message = await channel.get(`${service}.dead`, { noAck: true });
      if (message) reasons.push(String(message.properties.headers?.['tributary-reason']));
      return reasons.length >= count;
    },
    { timeoutMs: 30_000, intervalMs: 5 },
  );
  return reasons.sort();
}

describe('messages that are no fact', () => {
  it('are dead with the reason, each of them, while everybody between them is served', async () => {
    const innocents = world.play(mix(11, 60));
    for (const [, body] of hostileMessages) {
      publish(body, hostileHeaders);
      await channel.waitForConfirms();
    }
    await innocents;
    const reasons = hostileMessages.map(([, , reason]) => reason).sort();
    for (const service of HEARERS) expect(await takeDead(service, reasons.length)).toEqual(reasons);

    // Analytics neither: what every service refuses is no fact of the log.
    const wrong = async () => (await reached(world, { timeoutMs: 0 })).findings;
    await eventually(async () => expect(await wrong()).toEqual([]), { timeoutMs: 60_000, intervalMs: 1_000 });
    expect(running()).toEqual(processes);
  });
});

describe('a fact of a stranger', () => {
  it('is taken with whatever else is in it, and once however often it comes', async () => {
    const email = 'extra@example.org';
    const fact = handmade(
      { userId: randomUUID(), email, isAdmin: true, constructor: { prototype: 1 } },
      { extension: { deep: [[]] }, causationid: 'no id of ours', source: '/nowhere' },
    );
    for (let n = 0; n < 20; n++) publish(fact, hostileHeaders);
    publish(handmade({ userId: randomUUID(), email: 'last@example.org' }));
    await eventually(() => world.smtp.mailsTo('last@example.org').length === 2);
    await eventually(() => world.smtp.mailsTo(email).length === 2);
    expect(await world.query('email', `SELECT FROM mails WHERE copies > 1`)).toEqual([]);
  });

  it.each([
    ['a byte order mark', (fact: Buffer) => Buffer.concat([Buffer.from('\ufeff'), fact])],
    [
      'no datacontenttype',
      (fact: Buffer) => Buffer.from(fact.toString().replace('"datacontenttype":"application/json",', '')),
    ],
    [
      'a charset',
      (fact: Buffer) => Buffer.from(fact.toString().replace('application/json', 'application/json; charset=utf-8')),
    ],
  ])('is taken with %s', async (_, written) => {
    const email = `${randomUUID()}@example.org`;
    publish(written(handmade({ userId: randomUUID(), email })));
    await eventually(() => world.smtp.mailsTo(email).length === 2);
  });

  it('is the first under its id for everybody, and the other one is dead everywhere', async () => {
    const [id, userId] = [randomUUID(), randomUUID()];
    const [first, second] = ['first', 'second'].map((name) => `${name}.${id}@example.org`);
    publish(handmade({ userId, email: first }, { id, correlationid: id }));
    await eventually(() => world.smtp.mailsTo(String(first)).length === 2);
    publish(handmade({ userId, email: second }, { id, correlationid: id }));
    for (const service of HEARERS) expect(await takeDead(service, 1)).toEqual(['event-id-reused']);
    expect(world.smtp.mailsTo(String(second))).toEqual([]);
  });

  it.each([
    ['a line break and a header in the name', { displayName: 'Ada\r\nBcc: eve@example.com\r\n\r\nHello' }],
    ["a line break and a header in the workspace's name", { workspaceName: 'Works\r\nBcc: eve@example.com' }],
    ['an address in the name', { displayName: '"Ada" <eve@example.com>, Bob' }],
    ['an address with a comma', { email: 'one,two@example.org' }],
    ['an address in angle brackets', { email: '<three@example.org>' }],
  ])('makes two mails with our headers and one recipient: %s', async (_, data) => {
    const before = world.smtp.mails.length;
    const [userId, email] = [randomUUID(), 'grace@example.org'];
    publish(handmade({ userId, email, ...data }));
    await eventually(() => world.smtp.mails.length >= before + 2);
    for (const mail of world.smtp.mails.slice(before)) {
      expect(mail.headers['message-id']).toContain(userId);
      expect(mail.to).toHaveLength(1);
      expect(Object.keys(mail.headers).sort()).toEqual(OUR_HEADERS);
      expect(addressesIn(mail.headers['to']).length).toBeLessThan(2);
    }
  });

  it('has stopped nobody', async () => {
    await world.signUp('after-the-strangers', { withdraws: 'when-settled' });
    expect(running()).toEqual(processes);
  });
});
