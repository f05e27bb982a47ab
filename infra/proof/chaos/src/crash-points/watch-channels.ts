import type { Channel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Passes } from './watch-queries.ts';

/** The classes in amqplib's `lib/channel_model.js`. */
export interface Channels {
  Channel: { prototype: Pick<Channel, 'consume' | 'ack'> };
  ConfirmChannel: { prototype: Pick<ConfirmChannel, 'publish'> };
}

/**
 * Watches what comes from and goes to the broker. `after publish` and `after ack` may be before or after it has left this process: amqplib
 * writes in batches. `before confirm` is the moment when the broker has the message for certain and the program does not know.
 */
export function watchChannels({ Channel, ConfirmChannel }: Channels, passes: Passes): void {
  const { consume, ack } = Channel.prototype;
  const { publish } = ConfirmChannel.prototype;

  Channel.prototype.consume = function (queue, onMessage, options) {
    const take = (message: ConsumeMessage | null) => {
      if (message) passes('after receive');
      onMessage(message);
    };
    return consume.call(this, queue, take, options);
  };

  Channel.prototype.ack = function (message, allUpTo) {
    passes('before ack');
    ack.call(this, message, allUpTo);
    passes('after ack');
  };

  ConfirmChannel.prototype.publish = function (exchange, routingKey, content, options, onConfirm) {
    const name = exchange.includes('.retry.')
      ? 'publish to retry'
      : exchange.endsWith('.dead')
        ? 'publish to dead'
        : 'publish';
    const confirmed: typeof onConfirm = (error, ok) => {
      if (!error) passes('before confirm');
      onConfirm?.(error, ok);
      if (!error) passes('after confirm');
    };
    passes(`before ${name}`);
    const more = publish.call(this, exchange, routingKey, content, options, confirmed);
    passes(`after ${name}`);
    return more;
  };
}
