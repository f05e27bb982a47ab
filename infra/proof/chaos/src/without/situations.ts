import { blockWrites, type Intent, someoneWaitsFor, type World } from '@tributary/e2e';
import { connectAmqp, eventually } from '@tributary/testing';

export interface Situation {
  /** What happens, for people. */
  what: string;
  /** How many people sign up. */
  people: number;
  /** Resolves when everybody has been accepted and whatever was broken is whole again. */
  happen(world: World, people: Intent[]): Promise<void>;
}

const PATIENCE = { timeoutMs: 60_000 };

/** Where a guarantee matters. None depends on luck: what is killed is known to be at it. */
export const situations = {
  'published-twice': {
    what: "signup's relay is killed between the confirms and the delete: every fact is published twice",
    people: 60,
    async happen({ stack, play, database }, people) {
      await stack.stop('signup-relay');
      await play(people);
      const signup = await database('signup');
      const release = await blockWrites(signup, 'messaging.outbox');
      await stack.start('signup-relay');
      await someoneWaitsFor(signup, 'messaging.outbox');
      await stack.kill('signup-relay');
      await release();
      await signup.end();
      await stack.start('signup-relay');
    },
  },
  'killed-halfway': {
    what: 'email and workspace-provisioning are killed while their handlers are at work',
    people: 100,
    async happen(world, people) {
      world.crashes += 1;
      const kill = async (service: string, table: string) => {
        const database = await world.database(service);
        const release = await blockWrites(database, table);
        return async () => {
          await someoneWaitsFor(database, table);
          await world.stack.kill(service);
          await release();
          await database.end();
          await world.stack.start(service);
        };
      };
      const victims = [await kill('email', 'mails'), await kill('workspace-provisioning', 'workspaces')];
      await world.play(people);
      await Promise.all(victims.map((end) => end()));
    },
  },
  'held-up': {
    what: 'workspace-provisioning is killed while some of its handlers wait for a name and the others go on',
    people: 100,
    async happen({ stack, play, database }, people) {
      const name = `Harbour ${people[0]?.who.split('-')[0]}`;
      const provisioning = await database('workspace-provisioning');
      await provisioning.query('BEGIN');
      await provisioning.query(
        `INSERT INTO workspaces (id, owner_id, slug, name) VALUES (gen_random_uuid(), gen_random_uuid(), $1, '')`,
        [name.toLowerCase().replaceAll(' ', '-')],
      );
      await play(people.map((person, n) => (n % 6 === 0 ? { ...person, workspaceNames: [name] } : person)));
      // One of them waits in the midst of others who do not: between the first and the third somebody was done.
      await eventually(async () => {
        const { rowCount } = await provisioning.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return (rowCount ?? 0) >= 3;
      }, PATIENCE);
      await stack.kill('workspace-provisioning');
      await provisioning.query('ROLLBACK');
      await provisioning.end();
      await stack.start('workspace-provisioning');
    },
  },
  'broker-dies': {
    what: 'the broker hangs (SIGSTOP) under load, is killed, and comes back; people sign up all the time',
    people: 200,
    async happen({ stack, play, ledger }, people) {
      const before = ledger.accepted.length;
      const accepted = (count: number) => eventually(() => ledger.accepted.length >= before + count, PATIENCE);
      const load = play(people, { atOnce: 8 });
      await accepted(people.length / 4);
      await stack.kill('rabbitmq', 'SIGSTOP');
      await accepted(people.length / 2);
      await stack.kill('rabbitmq');
      await load;
      // In the first tenth of a second after its start RabbitMQ 3.10 confirms what it then has not put into the log: the stream
      // has no writer yet. No relay may be that quick here.
      const relays = stack.names.filter((name) => name.endsWith('-relay'));
      await Promise.all(relays.map((name) => stack.stop(name)));
      await stack.start('rabbitmq');
      await Promise.all(relays.map((name) => stack.start(name)));
    },
  },
  'forbidden-fact': {
    what: "a fact that signup may not state is in its outbox: the broker closes the publisher's channel",
    people: 100,
    async happen({ play, query }, people) {
      await query(
        'signup',
        `INSERT INTO messaging.outbox (event_id, type, stated_at, body) VALUES (gen_random_uuid(), 'mail.sent.v1', now(), '{}')`,
      );
      await play(people);
      await query('signup', `DELETE FROM messaging.outbox WHERE type = 'mail.sent.v1'`);
    },
  },
  'queue-made-anew': {
    what: 'a queue that is being read is deleted, and made again as it was',
    people: 60,
    async happen({ broker, play, stack }, people) {
      const name = 'workspace-provisioning.user.signed-up.v1';
      const queue = (await broker.queues()).find((it) => it.name === name);
      const bindings = (await broker.bindings()).filter(({ destination, source }) => destination === name && source);
      const { told } = await cancellation(stack.urls.amqp, name);
      await broker.deleteQueue(name);
      // RabbitMQ 3.10 tells nobody, and hands out nothing, when a quorum queue is back within some 20 ms.
      await told;
      await broker.call('PUT', `/queues/%2F/${name}`, { durable: true, arguments: queue?.arguments });
      for (const { source, routing_key } of bindings)
        await broker.call('POST', `/bindings/%2F/e/${source}/q/${name}`, { routing_key });
      await play(people);
    },
  },
  'answer-cut-off': {
    what: "every third mail's connection is lost after the server has taken it and before it can say so",
    people: 60,
    async happen(world, people) {
      world.crashes += 1;
      const seed = people[0]?.who.split('-')[0];
      world.smtp.behave((recipient, attempt) =>
        attempt === 1 && new RegExp(`^p${seed}-\\d+[0369]@`).test(recipient) ? { drop: 'instead-of-250' } : undefined,
      );
      await world.play(people);
    },
  },
} satisfies Record<string, Situation>;

/** A reader of our own. @returns what resolves when the broker has told the readers of this queue that it is gone */
async function cancellation(amqpUrl: string, queue: string): Promise<{ told: Promise<void> }> {
  const connection = await connectAmqp(amqpUrl);
  const channel = await connection.createChannel();
  const { promise, resolve } = Promise.withResolvers<void>();
  await channel.consume(queue, (message) => message === null && resolve());
  return { told: promise.then(() => connection.close()) };
}

export type SituationName = keyof typeof situations;
