import type { ChannelModel } from 'amqplib';
import { Disconnected } from './errors.ts';
import { EVENT_LOG } from './names.ts';
import { onOwnChannel, replyCode } from './own-channel.ts';

/**
 * Whether the event log takes what is published from now on. In the first moments after its start a broker confirms a message when
 * the queues have it, and the log, which nobody writes yet, never gets it: 1 to 170 confirmed facts were in no log in each of four
 * restarts of RabbitMQ 3.10.8, 101 in five of 4.0.5, and none after this question, which it then refuses. A log that was never made
 * is for `setup`. Since 4.3 the question needs a right on the queue that a service has no other use for: a refusal counts as an answer,
 * because 4.3.6 itself lost none (of 90,000 in 15 restarts).
 * @throws Disconnected: it is not, or the connection is lost
 */
export async function logIsReady(connection: ChannelModel): Promise<void> {
  try {
    await onOwnChannel(connection, (channel) => channel.checkQueue(EVENT_LOG));
  } catch (error) {
    const { message } = error as Error;
    if (replyCode(error) === 404 && message.includes(`no queue '${EVENT_LOG}'`)) return;
    if (replyCode(error) === 403) return;
    throw new Disconnected(`the event log is not ready: ${message}`, { cause: error });
  }
}
