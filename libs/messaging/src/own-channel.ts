import type { Channel, ChannelModel } from 'amqplib';

/** Runs `work` on a channel of its own: the broker answers a failed declaration by closing the channel it came on. */
export async function onOwnChannel<Result>(
  connection: ChannelModel,
  work: (channel: Channel) => Promise<Result>,
): Promise<Result> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined); // `work` is told
  const closed = new Promise<void>((resolve) => channel.once('close', resolve));
  try {
    return await work(channel);
  } finally {
    // Closed by the broker already, or closing: amqplib's own promise never settles when the connection is lost meanwhile.
    channel.close().catch(() => undefined);
    await closed;
  }
}

/** The AMQP reply code of an error, such as 404 for what does not exist or 406 for other arguments. */
export function replyCode(error: unknown): number | undefined {
  return (error as { code?: number }).code;
}
