import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { type Channels, watchChannels } from './watch-channels.ts';

type Confirm = (error: unknown, ok: object) => void;

/** As much of amqplib as is wrapped; what the broker would say is said by the test. */
function fakeChannels() {
  const broker = { deliver: (_: ConsumeMessage | null): void => undefined, answer: (_: unknown): void => undefined };
  class Channel {
    consume(_queue: string, onMessage: (message: ConsumeMessage | null) => void) {
      broker.deliver = onMessage;
    }
    ack() {}
  }
  class Confirming extends Channel {
    publish(...args: unknown[]) {
      broker.answer = (error) => (args.at(-1) as Confirm)(error, {});
      return true;
    }
  }
  return { broker, Channel, ConfirmChannel: Confirming };
}

let passed: string[];
let channel: ConfirmChannel;
let broker: ReturnType<typeof fakeChannels>['broker'];
beforeEach(() => {
  passed = [];
  const fakes = fakeChannels();
  watchChannels(fakes as unknown as Channels, (point) => passed.push(point));
  broker = fakes.broker;
  channel = new fakes.ConfirmChannel() as unknown as ConfirmChannel;
});

describe('what is seen of the talk with the broker', () => {
  it('a delivery is a point before the program is told of it; the end of a subscription is none', async () => {
    await channel.consume('a.queue', () => passed.push('told'));
    broker.deliver({} as ConsumeMessage);
    broker.deliver(null);
    expect(passed).toEqual(['after receive', 'told', 'told']);
  });

  it('an ack has two sides', () => {
    channel.ack({} as ConsumeMessage);
    expect(passed).toEqual(['before ack', 'after ack']);
  });

  it('a publish and its confirm are four points', () => {
    channel.publish('events', 'a.fact', Buffer.from(''), {}, () => passed.push('told'));
    broker.answer(null);
    expect(passed).toEqual(['before publish', 'after publish', 'before confirm', 'told', 'after confirm']);
  });

  it('a refusal is no confirm', () => {
    channel.publish('events', 'a.fact', Buffer.from(''), {}, () => passed.push('told'));
    broker.answer(new Error('nacked'));
    expect(passed.slice(2)).toEqual(['told']);
  });

  it('what goes to a retry tier or to the dead is told apart from facts', () => {
    for (const exchange of ['email.retry.1000', 'email.dead'])
      channel.publish(exchange, '', Buffer.from(''), {}, () => {});
    expect(passed.filter((point) => point.startsWith('after'))).toEqual([
      'after publish to retry',
      'after publish to dead',
    ]);
  });
});
