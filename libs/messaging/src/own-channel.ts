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

/**
 * What the broker refused, as a sentence for people and for the readiness answer.
 * @throws the error when it is no answer of the broker's: then the connection is gone, and that is another problem.
 */
export function refusal(what: string, error: unknown): string {
  const code = replyCode(error);
  if (code === undefined) throw error;
  return code === 404 ? `${what} is missing: run setup` : `${what}: ${(error as Error).message}`;
}

/** The AMQP reply code of an error, such as 404 for what does not exist or 406 for other arguments. */
export function replyCode(error: unknown): number | undefined {
  return (error as { code?: number }).code;
}
