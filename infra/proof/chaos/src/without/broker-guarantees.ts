import type { Guarantee } from './guarantee.ts';

const CONFIRMS = 'libs/messaging/src/confirming-channel.ts';
const SENDER = 'libs/messaging/src/confirming-connection.ts';
const READER = 'libs/messaging/src/queue-reader.ts';
const READING = 'libs/messaging/src/reading-channel.ts';
const QUEUES = 'libs/messaging/src/queue-arguments.ts';

/** What is asked of the broker, and what is made of its answers. */
export const brokerGuarantees: Guarantee[] = [
  {
    name: 'ack-after-commit',
    isFor: 'A message is acknowledged when its effect is committed, so that a crash hands it out again.',
    removes: 'The message is acknowledged before the handler runs.',
    edits: [
      {
        file: READER,
        find: `      await this.#process(channel, message, delivery);
      channel.ack(message);
`,
        put: `      channel.ack(message);
      await this.#process(channel, message, delivery);
`,
      },
    ],
    missed: { situation: 'killed-halfway', as: 'lost' },
  },
  {
    name: 'acknowledgements',
    isFor: 'The broker keeps a message until it is answered.',
    removes: 'Queues are read with noAck: true, the default of many libraries, Nest among them.',
    edits: [
      {
        file: READING,
        find: '{ arguments: args }',
        put: "{ arguments: args, noAck: !('x-stream-offset' in args) }",
      },
      { file: READING, find: '    this.#answer((channel) => channel.ack(message));\n', put: '    void message;\n' },
      {
        file: READING,
        find: '    this.#answer((channel) => channel.nack(message, false, true));\n',
        put: '    void message;\n',
      },
    ],
    missed: { situation: 'killed-halfway', as: 'lost' },
  },
  {
    name: 'ack-of-one',
    isFor: 'An answer is about one message: the others of the window are still being handled.',
    removes: 'ack(multiple): the answer covers every message before it.',
    edits: [
      {
        file: READING,
        find: 'this.#answer((channel) => channel.ack(message));',
        put: 'this.#answer((channel) => channel.ack(message, true));',
      },
    ],
    missed: { situation: 'held-up', as: 'lost' },
  },
  {
    name: 'confirm-errors',
    isFor: 'A confirm can also say no, or never come because the connection is gone.',
    removes: 'The confirm callback ignores its error.',
    edits: [
      {
        file: CONFIRMS,
        find: 'this.#settle(pending, this.#answer(pending, error));',
        put: 'this.#settle(pending, this.#answer(pending, null));',
      },
    ],
    missed: { situation: 'broker-dies', as: 'lost' },
  },
  {
    name: 'channel-errors',
    isFor: 'A channel that the broker has closed is made anew.',
    removes: "The end of the publisher's channel is swallowed; the connection stays, and looks well.",
    edits: [{ file: SENDER, find: '          if (!this.#closing) this.#connection.drop(connection);\n', put: '' }],
    missed: { situation: 'forbidden-fact', as: 'lost' },
  },
  {
    name: 'cancelled-consumers',
    isFor: 'A subscription that the broker ends is taken up again.',
    removes: 'The null that the broker delivers then is ignored.',
    edits: [
      {
        file: READING,
        find: `      if (message) return onMessage(message);
      cancelled = true;
      this.#consumerTag = undefined;
      this.#onEnd();
`,
        put: '      if (message) onMessage(message);\n',
      },
    ],
    missed: { situation: 'queue-made-anew', as: 'lost' },
  },
  {
    name: 'mandatory',
    isFor: 'A fact that no queue is bound for comes back instead of being dropped and confirmed.',
    removes: 'Messages are published without mandatory.',
    edits: [{ file: CONFIRMS, find: 'mandatory: true', put: 'mandatory: false' }],
    missed: { project: 'libs/messaging', spec: 'src/publisher.int.spec.ts' },
  },
  {
    name: 'prefetch',
    isFor: 'A process takes no more than it can work on.',
    removes: 'Prefetch is unlimited.',
    edits: [{ file: READING, find: 'channel.prefetch(prefetch)', put: 'channel.prefetch(0)' }],
    missed: { project: 'libs/messaging', spec: 'src/acknowledge.int.spec.ts' },
  },
  {
    name: 'dead-lettering',
    isFor: 'A message that leaves a backoff tier or a queue arrives, or stays where it is.',
    removes: 'Dead-lettering is at-most-once, which is the default: what cannot be routed just then is dropped.',
    edits: [
      {
        file: QUEUES,
        find: `'x-dead-letter-exchange': returnExchange,
  'x-dead-letter-strategy': 'at-least-once'`,
        put: `'x-dead-letter-exchange': returnExchange,
  'x-dead-letter-strategy': 'at-most-once'`,
      },
      {
        file: QUEUES,
        find: `'x-dead-letter-exchange': deadLetterExchange,
  'x-dead-letter-strategy': 'at-least-once'`,
        put: `'x-dead-letter-exchange': deadLetterExchange,
  'x-dead-letter-strategy': 'at-most-once'`,
      },
    ],
    missed: { project: 'libs/messaging', spec: 'src/topology.int.spec.ts' },
  },
];
