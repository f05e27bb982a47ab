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

/** What the broker refused. */
export interface Refusal {
  /** In fixed words, for the readiness answer: outsiders may read it. */
  problem: string;
  /** With the broker's own words, which name login and vhost: for log and terminal. */
  detail: string;
}

/**
 * What the broker refused, as sentences.
 * @throws the error when it is no answer of the broker's: then the connection is gone, and that is another problem.
 */
export function refusal(what: string, error: unknown): Refusal {
  const code = replyCode(error);
  if (code === undefined) throw error;
  const problem = code === 404 ? `${what} is missing: run setup` : `the broker refuses ${what} (${code})`;
  return { problem, detail: code === 404 ? problem : `${what}: ${(error as Error).message}` };
}

/** The AMQP reply code of an error, such as 404 for what does not exist or 406 for other arguments. */
export function replyCode(error: unknown): number | undefined {
  return (error as { code?: number }).code;
}
