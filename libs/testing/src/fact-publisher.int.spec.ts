import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { UserSignedUp } from '@tributary/contracts';
import { connectAmqp } from './connect-amqp.ts';
import { exampleEvent } from './example-event.ts';
import { factPublisher, type FactPublisher } from './fact-publisher.ts';
import { testVhost, type TestVhost } from './vhost.ts';

let vhost: TestVhost;
let publisher: FactPublisher;
beforeAll(async () => {
  vhost = await testVhost();
  const connection = await connectAmqp(vhost.url);
  const channel = await connection.createChannel();
  await channel.assertExchange('events', 'topic', { durable: true });
  await channel.assertQueue('mine', { arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue('mine', 'events', UserSignedUp.type);
  await connection.close();
  publisher = await factPublisher(vhost.url);
});
afterAll(async () => {
  await publisher.close();
  await vhost.delete();
});

it('states facts in order, each with its headers, and a look at the queue leaves them there', async () => {
  const facts = Array.from({ length: 20 }, () => exampleEvent(UserSignedUp));
  await publisher.publish(facts, ({ id }) => ({ about: id }));
  const messages = await vhost.management.peek('mine');
  expect(messages).toMatchObject(facts.map(({ id }) => ({ id, headers: { about: id } })));
  const ids = (await vhost.management.peek('mine')).map(({ id }) => id);
  expect(ids.sort()).toEqual(facts.map(({ id }) => id).sort());
});

it('complains of a fact that no queue takes', async () => {
  const lost = { ...exampleEvent(UserSignedUp), type: 'nobody.listens.v1' };
  await expect(publisher.publish([exampleEvent(UserSignedUp), lost])).rejects.toThrow(`nobody.listens.v1 ${lost.id}`);
});
